// Intent: macros generate the parameter struct, the callback and the caller (as pg does).
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

typedef struct connection connection;
extern int db_exec(connection *, const char *);
extern int db_poll(connection *);

#define DEFINE_WRAPPER(name, param_decl, param_use, fields, init)              \
  struct name##_params {                                                       \
    connection *conn;                                                          \
    fields int result;                                                         \
  };                                                                           \
  static void *name##_skeleton(void *data) {                                   \
    struct name##_params *p = data;                                            \
    p->result = name param_use;                                                \
    return NULL;                                                               \
  }                                                                            \
  static int nogvl_##name param_decl {                                         \
    struct name##_params params = init;                                        \
    rb_thread_call_without_gvl(name##_skeleton, &params, RUBY_UBF_IO, NULL);   \
    return params.result;                                                      \
  }
#define EXEC_INIT {conn, sql, 0}
#define POLL_INIT {conn, 0}

// STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}[R1.e]
DEFINE_WRAPPER(db_exec, (connection * conn, const char *sql), (p->conn, p->sql), const char *sql;, EXEC_INIT)
DEFINE_WRAPPER(db_poll, (connection * conn), (p->conn), , POLL_INIT)

struct client {
  connection *conn;
};

// The SQL is a string argument that may be embedded: libpq reads it without the lock.
VALUE wrong(VALUE self, VALUE sql) {
  struct client *client = DATA_PTR(self);
  int result = nogvl_db_exec(client->conn, StringValueCStr(sql));
  RB_GC_GUARD(sql);
  return INT2NUM(result);
}

// The connection is C memory.
VALUE right(VALUE self) {
  struct client *client = DATA_PTR(self);
  return INT2NUM(nogvl_db_poll(client->conn));
}
// STATIC: exit: 1
