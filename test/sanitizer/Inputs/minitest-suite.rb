# Runs the tests that Ruby's bundled minitest brings along, with its own library.
tests = Gem.path.flat_map { Dir.glob(File.join(_1, "gems", "minitest-*", "test")) }.first
$LOAD_PATH.unshift(File.join(tests, "..", "lib"), tests)
ARGV.replace(["--seed", "1"])
require "minitest/autorun"
# What tests the Rake task needs a Rake that not every system has.
Dir.glob(File.join(tests, "minitest", "test_*.rb")).sort.each do |file|
  load file unless file.end_with?("test_task.rb")
end
