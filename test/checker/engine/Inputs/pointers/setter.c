#include <ruby.h>
#include "stream.h"
void stream_set_end(struct stream *stream, void (*on_end)(struct stream *)) { stream->on_end = on_end; }
