keep = []
20.times do |i|
  keep.concat((1..500).map { |j| "string #{i} #{j}" })
  keep.reject!.with_index { |_, j| j % 3 == 0 }
  GC.compact
end
GC.verify_compaction_references(double_heap: true, toward: :empty) if RUBY_VERSION < "3.2"
GC.verify_compaction_references(expand_heap: true, toward: :empty) if RUBY_VERSION >= "3.2"
GC.auto_compact = true
GC.start
GC.stress = true
text = 20.times.map { |i| "<#{i}>" }.join
GC.stress = false
abort "stress" unless text.end_with?("<19>")
abort "kept" unless keep.all? { _1.start_with?("string") }
puts "compaction: ok"
