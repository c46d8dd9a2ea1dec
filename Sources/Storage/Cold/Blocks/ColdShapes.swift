import EventModel

// Hot path. Unsafe: see `PlainBuffer`.

/// What rows of one kind have in common: product, class, and for each field its name, its kind, and where its text is.
struct ColdShape: BitwiseCopyable {
    var start: Int
    var ocsfCount: Int
    /// Vendor fields that are written out, because a scan of the body does not give them.
    var vendorCount: Int
    var product: UInt16
    /// The raw value of an `EventState`.
    var state: UInt8
    /// The vendor fields are what a scan of the body gives.
    var rescans: Bool
    var classUID: UInt32

    var count: Int { ocsfCount + vendorCount }
}

/// A field of a shape.
struct ColdShapeEntry: BitwiseCopyable, Equatable {
    /// Name and flags as in hot blocks.
    var entry: ShapeEntry
    /// The column that has its text, or `explicit`.
    var column: UInt32

    /// How the text lies to the column's value.
    var relation = Relation.whole
    /// Bytes of a text that is not the whole value.
    var length: UInt32 = 0

    enum Relation: BitwiseCopyable, Equatable {
        /// It is the value, a string's without its quotes.
        case whole
        /// It begins so many bytes before the value, in the text between the values.
        case before(UInt32)
        /// It begins so many bytes behind the value's first, and is part of it.
        case within(UInt32)

        /// As it is written, and a number to hash.
        var code: UInt64 {
            switch self {
            case .whole: 0
            case .before(let distance): UInt64(distance) << 1
            case .within(let offset): (UInt64(offset) + 1) << 1 | 1
            }
        }

        init?(code: UInt64) {
            guard code >> 1 <= UInt64(UInt32.max) else { return nil }
            if code == 0 {
                self = .whole
            } else if code & 1 == 0 {
                self = .before(UInt32(code >> 1))
            } else {
                guard code >> 1 > 0 else { return nil }
                self = .within(UInt32((code >> 1) - 1))
            }
        }
    }

    /// The text is no column's value: each row says where in its record it stands.
    static let explicit = UInt32.max
}

/// The shapes of a block under construction.
struct ColdShapes: ~Copyable {
    private(set) var shapes = PlainBuffer<ColdShape>(capacity: 64)
    private(set) var entries = PlainBuffer<ColdShapeEntry>(capacity: 1_024)
    private var table: [UInt64: Int] = [:]

    mutating func removeAll() {
        shapes.removeAll()
        entries.removeAll()
        table.removeAll(keepingCapacity: true)
    }

    /// The shape with these entries; made if it is new. `shape.start` is set here.
    mutating func find(_ shape: ColdShape, _ current: UnsafePointer<ColdShapeEntry>) -> Int {
        var hash = UInt64(shape.classUID) &<< 24 ^ UInt64(shape.product) ^ UInt64(shape.vendorCount) &<< 40
        hash ^= UInt64(shape.state) &<< 17 | (shape.rescans ? 1 &<< 19 : 0)
        for index in 0..<shape.count {
            hash =
                (hash ^ current[index].entry.word ^ (UInt64(current[index].column) ^ current[index].relation.code &<< 8) &<< 32)
                &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash &>> 29
        }
        while let index = table[hash] {
            if equal(shapes[index], shape, current) { return index }
            hash &+= 1
        }
        var shape = shape
        shape.start = entries.count
        entries.append(copying: current, count: shape.count)
        shapes.append(shape)
        table[hash] = shapes.count - 1
        return shapes.count - 1
    }

    private func equal(_ known: ColdShape, _ shape: ColdShape, _ current: UnsafePointer<ColdShapeEntry>) -> Bool {
        guard known.ocsfCount == shape.ocsfCount, known.vendorCount == shape.vendorCount, known.product == shape.product,
            known.state == shape.state, known.rescans == shape.rescans, known.classUID == shape.classUID
        else { return false }
        for index in 0..<shape.count where entries[known.start + index] != current[index] { return false }
        return true
    }
}
