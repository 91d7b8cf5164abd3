require "mkmf"
$objs = %w[counter.o helper.o]
$srcs = %w[counter.c helper.cpp]
create_makefile("counter/counter")
