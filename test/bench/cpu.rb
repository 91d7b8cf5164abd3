# CPU-bound: objects, strings and hashes, almost no system calls.
scale = Float(ARGV[0] || 1)
(250 * scale).ceil.times do |round|
  words = Hash.new(0)
  20_000.times { |i| words["word#{(i * 7919 + round) % 1009}"] += 1 }
  words.sort_by { |word, count| [-count, word] }.first(10)
end
