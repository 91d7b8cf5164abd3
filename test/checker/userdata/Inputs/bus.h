/* A C library that knows of no objects. */
struct bus;
struct bus_watch {
  void *data;
};
typedef void (*bus_handler)(void *data);
struct bus *bus_open(void);
void bus_close(struct bus *bus);
void bus_setHandler(struct bus *bus, bus_handler handler, void *data);
void BUSsetTrace(struct bus *bus, bus_handler handler, void *data);
void bus_foreach(struct bus *bus, bus_handler handler, void *data);
void bus_set_slot(struct bus *bus, int slot, void *data);
void *bus_get_slot(struct bus *bus, int slot);
void bus_log(const char *format, ...);
int bus_read_config(const char *path, int (*ask)(void *data), void *data);
struct bus_watch *bus_new_watch(void);
int bus_step(struct bus *bus, struct bus_watch *watch);
int bus_once(struct bus *bus, struct bus_watch *watch);
