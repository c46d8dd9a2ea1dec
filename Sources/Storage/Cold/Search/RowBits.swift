/// A set of a block's rows.
struct RowBits: Equatable {
    let count: Int
    private var words: [UInt64]

    /// No row, or all of them.
    init(count: Int, all: Bool = false) {
        self.count = count
        words = [UInt64](repeating: all ? .max : 0, count: (count + 63) / 64)
        if all, count & 63 != 0 { words[words.count - 1] = 1 << UInt64(count & 63) - 1 }
    }

    @inline(__always)
    mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

    /// Inserts rows, many at a time.
    @inline(__always)
    mutating func insertAll<Failure: Error>(_ body: ((Int) -> Void) throws(Failure) -> Void) throws(Failure) {
        try words.withUnsafeMutableBufferPointer { words throws(Failure) in
            try body { row in words[row >> 6] |= 1 << UInt64(row & 63) }
        }
    }

    /// The rows of some kinds.
    /// - Parameters:
    ///   - kinds: of each row.
    ///   - isWanted: by kind, all of which are within.
    init(_ kinds: [UInt32], where isWanted: [Bool]) {
        self.init(count: kinds.count)
        guard isWanted.contains(true) else { return }
        kinds.withUnsafeBufferPointer { kinds in
            isWanted.withUnsafeBufferPointer { isWanted in
                for word in words.indices {
                    var bits: UInt64 = 0
                    for row in word << 6..<min(word << 6 + 64, kinds.count) where isWanted[Int(kinds[row])] {
                        bits |= 1 << UInt64(row & 63)
                    }
                    words[word] = bits
                }
            }
        }
    }

    @inline(__always)
    func contains(_ row: Int) -> Bool { words[row >> 6] & 1 << UInt64(row & 63) != 0 }

    mutating func formUnion(_ other: RowBits) { for index in words.indices { words[index] |= other.words[index] } }

    mutating func formIntersection(_ other: RowBits) { for index in words.indices { words[index] &= other.words[index] } }

    var complement: RowBits {
        var result = RowBits(count: count, all: true)
        for index in words.indices { result.words[index] &= ~words[index] }
        return result
    }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// The rows, ascending.
    var rows: [UInt32] {
        var rows: [UInt32] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(UInt32(index << 6 + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return rows
    }
}

/// What is known of which rows satisfy an expression: at least `sure`, at most `possible`.
struct RowVerdict {
    var sure: RowBits
    var possible: RowBits
    /// By kind of row, whether any is possible; nil if that is not known.
    var possibleKinds: [Bool]?

    init(exactly rows: RowBits) {
        sure = rows
        possible = rows
    }

    static func nothingKnown(_ count: Int) -> RowVerdict {
        var verdict = RowVerdict(exactly: RowBits(count: count))
        verdict.possible = RowBits(count: count, all: true)
        return verdict
    }

    var negated: RowVerdict {
        var verdict = self
        verdict.sure = possible.complement
        verdict.possible = sure.complement
        verdict.possibleKinds = nil
        return verdict
    }

    mutating func formIntersection(_ other: RowVerdict) {
        sure.formIntersection(other.sure)
        possible.formIntersection(other.possible)
        guard let kinds = possibleKinds, let others = other.possibleKinds else {
            possibleKinds = possibleKinds ?? other.possibleKinds
            return
        }
        possibleKinds = zip(kinds, others).map { $0 && $1 }
    }

    mutating func formUnion(_ other: RowVerdict) {
        sure.formUnion(other.sure)
        possible.formUnion(other.possible)
        guard let kinds = possibleKinds, let others = other.possibleKinds else {
            possibleKinds = nil
            return
        }
        possibleKinds = zip(kinds, others).map { $0 || $1 }
    }
}
