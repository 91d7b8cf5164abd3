require "mkmf"
create_makefile "mygem"
