# Required by every Ruby under `gvlsan run --trace-allocations`, through RUBYOPT: reports ask ObjectSpace then.
require "objspace"
ObjectSpace.trace_object_allocations_start
