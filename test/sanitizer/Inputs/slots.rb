# One object of each kind that a report describes.
K = Class.new
$rooted = Slots.root("root" + "ed")
Slots.touch("abc" + "d")
Slots.touch(("x" * 700).freeze)
shared = ("s" * 700).freeze
Slots.touch(shared.dup)
Slots.touch([1, 2])
Slots.touch([1] * 100)
Slots.touch({ a: 1 })
Slots.touch(Ractor.make_shareable(["a" * 50]))
Slots.touch(K.new)
Slots.touch(Slots.typed)
Slots.touch(Slots.untyped)
Slots.touch_hidden
Slots.touch_locked("l" * 700)

places = Array.new(2000) { |i| [s = "moving #{i}", Slots.place(s)] }
places.each_with_index { |pair, i| pair[0] = nil if i.odd? }
GC.verify_compaction_references(**{ (RUBY_VERSION < "3.2" ? :double_heap : :expand_heap) => true }, toward: :empty)
Slots.touch($rooted)
Slots.touch_place(places.find { |string, place| string && Slots.place(string) != place }[1])
