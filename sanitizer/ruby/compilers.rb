# Required by every Ruby that `gvlsan gem`, `gvlsan rake` and `gvlsan bundle` start, through RUBYOPT. mkmf takes the
# compilers from the configuration of the Ruby it runs in and not from the environment; everything else goes by CC and CXX.
require "rbconfig"

%w[CC CXX].each do |name|
  compiler = ENV[name]
  next if compiler.nil? || compiler.empty?

  # As mkmf does for --with-cc: what is made of the compiler (LDSHARED, CPP, ...) follows.
  RbConfig.fire_update!(name, compiler)
end
