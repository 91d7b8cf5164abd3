# The test suite of an extension, with the extension built as it comes or by
# `gvlsan cc`.
require "fileutils"
require "open3"
require_relative "extension"
require_relative "watched_run"

class ExtensionSuite < WatchedRun
  RUNNERS = {
    "minitest" => ["-rminitest/autorun", "-e", "ARGV.shift.then { |files| ARGV.clear; Dir[files].sort.each { require File.expand_path(_1) } }"],
    "test-unit" => ["-rtest/unit", "-e", "ARGV.shift.then { |files| ARGV.clear; Dir[files].sort.each { require File.expand_path(_1) } }"],
    "rspec" => ["-S", "rspec"],
  }.freeze

  # gvlsan: the command whose `cc` builds the extension; nil: the system's.
  def initialize(extension, row, gvlsan)
    @extension = extension
    @gvlsan_cc = gvlsan
    @row = row
    @root = File.join(File.dirname(Extension::CACHE), "runtime", gvlsan ? "instrumented" : "plain", extension.full_name)
    super("#{extension.full_name} #{gvlsan ? 'built with gvlsan cc' : 'as it comes'}",
          [RbConfig.ruby, "-Ilib", "-Itest", "-Ispec", *RUNNERS.fetch(row.fetch("runner")), row.fetch("tests")], folder: @root)
  end

  def run(watcher)
    build
    super
  end

  private

  # Afresh in each run: the compiler is what is tested.
  def build
    return if @built
    @extension.fetch
    FileUtils.rm_rf(@root)
    FileUtils.mkdir_p(File.dirname(@root))
    FileUtils.cp_r(@extension.root, @root)
    @extension.folders.each do |folder|
      directory = File.join(@root, folder)
      make = ["make"]
      make += ["CC=#{@gvlsan_cc} cc", "CXX=#{@gvlsan_cc} c++", "LDSHARED=#{@gvlsan_cc} cc -shared", "LDSHAREDXX=#{@gvlsan_cc} c++ -shared"] if @gvlsan_cc
      execute(directory, "ruby", "extconf.rb", *@extension.configure)
      execute(directory, "make", "clean")
      execute(directory, *make, "install", "sitearchdir=#{@root}/lib", "sitelibdir=#{@root}/lib")
    end
    @built = true
  end

  def execute(directory, *command)
    out, status = Open3.capture2e(*command, chdir: directory, stdin_data: "")
    return if status.success?
    raise Extension::Failure, "#{command.first(2).join(' ')}: #{out.lines.grep(/error|cannot/i).first || out.lines.last}"
  end
end
