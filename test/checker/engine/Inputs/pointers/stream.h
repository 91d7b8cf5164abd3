/* What the files of an extension share. */
struct stream {
  void (*on_data)(struct stream *, const char *, long);
  void (*on_end)(struct stream *);
  void (*on_idle)(struct stream *);
  void *(*allocate)(void *, size_t);
  VALUE out;
};
struct task {
  void *(*work)(void *);
  void *data;
};
extern void (*trace)(VALUE);
void stream_run(struct stream *);
void stream_started(struct stream *);
void stream_set_end(struct stream *, void (*)(struct stream *));
void task_run(struct task *);
