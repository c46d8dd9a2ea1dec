package import EventModel

// Hot path. Unsafe: writes what `reserve` has made room for, at `derived.base + derived.count`.

/// `words`: two texts with a blank between them, such as a given and a family name.
package enum WordsText {
    package static func append(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, to derived: Arena) {
        let count = first.count + 1 + second.count
        derived.reserve(count)
        let out = UnsafeMutableRawBufferPointer(start: derived.base + derived.count, count: count)
        out.copyMemory(from: first)
        out[first.count] = UInt8(ascii: " ")
        UnsafeMutableRawBufferPointer(rebasing: out[(first.count + 1)...]).copyMemory(from: second)
        derived.setCount(derived.count + count)
    }
}
