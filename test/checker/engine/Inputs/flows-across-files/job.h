#include <ruby.h>

struct job {
  struct {
    const char *bytes;
    long length;
  };
  VALUE owner;
};

void fill(struct job *job, VALUE text);
const char *bytes_of(VALUE text);
const char *bytes_of_new(VALUE object);
void pass(struct job *job);
void run(struct job *job);
