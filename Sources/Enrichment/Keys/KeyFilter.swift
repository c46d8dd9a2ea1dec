// Hot path: `mayContain`.

/// Tells of most keys that they are in no table, by one load: a Bloom filter whose bits for one key stand in one word.
struct KeyFilter: Sendable {
    private let words: [UInt64]

    /// For every key of the tables: a word for four keys, so that some six in a thousand others pass.
    init(_ tables: [KeyTable]) {
        let count = tables.reduce(0) { $0 + $1.distinctCount }
        var words = [UInt64](repeating: 0, count: max(1, count / 4 + 1))
        for table in tables {
            table.forEachHash { words[Self.place($0, words.count)] |= Self.bits($0) }
        }
        self.words = words
    }

    @inline(__always)
    func mayContain(_ hash: UInt64) -> Bool {
        let bits = Self.bits(hash)
        return words[Self.place(hash, words.count)] & bits == bits
    }

    var footprint: Int { words.count * MemoryLayout<UInt64>.stride }

    @inline(__always)
    private static func place(_ hash: UInt64, _ count: Int) -> Int { Int(((hash &>> 32) &* UInt64(count)) &>> 32) }

    @inline(__always)
    private static func bits(_ hash: UInt64) -> UInt64 {
        1 &<< (hash & 63) | 1 &<< (hash &>> 6 & 63) | 1 &<< (hash &>> 12 & 63) | 1 &<< (hash &>> 18 & 63)
    }
}
