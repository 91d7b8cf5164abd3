# Written by `gvlsan init`; Rake loads what is in rakelib by itself. The tasks
# `compile` and `test` are the project's own.
namespace :gvlsan do
  desc "Read the extension's sources for violations of the GVL's rules"
  task :check do
    sh "bear", "--", "rake", "compile"
    sh "gvlsan", "check", "."
  end

  desc "Build the extension with the sanitizer and run the tests"
  task :test do
    sh "gvlsan", "rake", "compile", "test"
  end
end
