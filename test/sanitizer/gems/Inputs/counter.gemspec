Gem::Specification.new do |s|
  s.name = "gvlsan-counter"
  s.version = "1.0"
  s.summary = "counts zeros"
  s.authors = ["gvlsan"]
  s.files = Dir["counter/*"]
  s.extensions = ["counter/extconf.rb"]
end
