require "mkmf"
create_makefile("short")
