# Journals die on the heap's first pages; compaction fills their slots with the
# Strings of its last pages, which it protects. The journals use one of those.
Journal.how = ARGV[0]
GC.disable
journals = Array.new(2000) { Journal.new }
strings = Array.new(50_000) { "s#{_1}" }
journals.each { Journal.aim(_1, strings.last) }
journals.clear
GC.enable
faults = GC.stat(:read_barrier_faults)
GC.compact
puts "#{Journal.counts}, barrier #{GC.stat(:read_barrier_faults) - faults}"
