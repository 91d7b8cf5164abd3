require "short"
abort "wrong" unless Short.hash("ab" + "c") == 96354
puts "1 test, no failure"
