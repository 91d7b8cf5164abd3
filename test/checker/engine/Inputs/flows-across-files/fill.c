#include "job.h"

void fill(struct job *job, VALUE text) {
  job->owner = text;
  job->bytes = RSTRING_PTR(text);
  job->length = RSTRING_LEN(text);
}

const char *bytes_of(VALUE text) { return RSTRING_PTR(text); }

/* Nothing holds the String that it makes. */
const char *bytes_of_new(VALUE object) {
  VALUE text = rb_str_buf_new(8000);
  rb_str_concat(text, object);
  return RSTRING_PTR(text);
}

/* The struct goes through unchanged. */
void pass(struct job *job) { run(job); }
