# I/O-bound: many small reads and writes through files and pipes.
require "tempfile"
scale = Float(ARGV[0] || 1)
rounds = (300_000 * scale).ceil
Tempfile.create do |file|
  file.sync = true
  rounds.times { |i| file.write("line #{i}\n") }
  file.rewind
  file.each_line { |line| line.size }
end
reader, writer = IO.pipe
rounds.times do |i|
  writer.syswrite("x#{i}\n")
  reader.sysread(4096)
end
