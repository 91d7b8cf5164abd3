// Intent: the struct of a T_DATA is C memory; what its VALUE fields name is not.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

struct client {
  int fd;
  VALUE host;
  char buffer[1024];
  long received;
};

static const rb_data_type_t client_type = {"client", {NULL, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};

static void *receive(void *data) {
  struct client *client = data;
  client->received = read(client->fd, client->buffer, sizeof(client->buffer));
  return NULL;
}

static void *resolve(void *data) {
  struct client *client = data;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: {{.*}}[R1.b]
  client->received = RSTRING_LEN(client->host);
  return NULL;
}

// self is an argument: live and in place as long as the method runs.
VALUE right(VALUE self) {
  struct client *client;
  TypedData_Get_Struct(self, struct client, &client_type, client);
  rb_thread_call_without_gvl(receive, client, RUBY_UBF_IO, NULL);
  return LONG2NUM(client->received);
}

VALUE wrong(VALUE self) {
  struct client *client = rb_check_typeddata(self, &client_type);
  rb_thread_call_without_gvl(resolve, client, RUBY_UBF_IO, NULL);
  return LONG2NUM(client->received);
}
// STATIC: exit: 1
