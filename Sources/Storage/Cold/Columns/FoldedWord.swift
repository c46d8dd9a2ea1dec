import CScan
import EventModel

// Hot path. Unsafe: ends are within the bytes; `Arena.slack` lets the scan read beyond.

/// A run of bytes that is looked for in values, ASCII letters of either case alike.
struct FoldedWord {
    /// Two or more, letters in lower case.
    let bytes: [UInt8]
    /// Two places of bytes that values seldom have.
    private let places: (one: Int, two: Int)

    /// - Parameter bytes: two or more, letters in lower case.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count >= 2, "one byte is everywhere")
        self.bytes = bytes
        let ranked = bytes.indices.sorted { (Self.frequency(bytes[$0]), $0) < (Self.frequency(bytes[$1]), $1) }
        places = (ranked[0], ranked[1])
    }

    /// It has none of the characters that JSON's short escapes stand for.
    var isPlain: Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "/") }
    }

    /// Whether the word can begin in these bytes, whatever follows them.
    func canBegin(in text: [UInt8]) -> Bool {
        text.indices.contains { start in
            zip(text[start...], bytes).allSatisfy { Self.folded($0) == $1 }
        }
    }

    /// Whether the word can end in these bytes, whatever stands before them.
    func canEnd(in text: [UInt8]) -> Bool {
        text.indices.contains { end in
            zip(text[...end].reversed(), bytes.reversed()).allSatisfy { Self.folded($0) == $1 }
        }
    }

    static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// About how often audit records have a byte: ids are made of hexadecimal digits, words of the usual letters.
    private static func frequency(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): 4
        case UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "o"), UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "t"): 3
        case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: " "), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"): 2
        default: 1
        }
    }

    /// Which of the values contain the word, ascending.
    /// - Parameter ends: where each value ends in `text`, of which the first begins with it.
    func values(in text: Arena, ends: UnsafeBufferPointer<UInt32>) -> [UInt32] {
        var found: [UInt32] = []
        let base = UnsafePointer(text.base.assumingMemoryBound(to: UInt8.self))
        let length = text.count
        defer { withExtendedLifetime(text) {} }
        bytes.withUnsafeBufferPointer { word in
            var place = 0
            var value = 0
            while value < ends.count, place < length,
                let hit = cscan_find_folded(
                    base + place, base + length, word.baseAddress, word.count, places.one, places.two)
            {
                let start = hit - base
                while Int(ends[value]) <= start { value += 1 }
                // Within one value, not over the border of two.
                if start + word.count <= Int(ends[value]) {
                    found.append(UInt32(truncatingIfNeeded: value))
                    place = Int(ends[value])
                    value += 1
                } else {
                    place = start + 1
                }
            }
        }
        return found
    }
}
