/* Calls what others have put into its structs. */
#include <ruby.h>
#include <ruby/thread.h>
#include "stream.h"

void (*trace)(VALUE);

void stream_run(struct stream *stream) {
  stream->allocate(0, 64);
  stream->on_data(stream, "data", 4);
  if (stream->on_end)
    stream->on_end(stream);
  if (trace)
    trace(stream->out);
}
/* Called with the lock only. */
void stream_started(struct stream *stream) { stream->on_idle(stream); }
void task_run(struct task *task) { rb_thread_call_without_gvl(task->work, task->data, RUBY_UBF_IO, NULL); }
