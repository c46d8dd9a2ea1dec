import EventModel

// Hot path. Unsafe: see `PlainBuffer`; `find` reads `count` entries from `current`.

/// What all rows of one shape have in common: product, class, and the sequence of field names and kinds.
struct Shape: BitwiseCopyable {
    /// Where its entries begin in the table's flat list.
    var start: Int
    var ocsfCount: Int
    /// Vendor fields that are written out, because they cannot be had by scanning the body again.
    var vendorCount: Int
    var product: UInt16
    var classUID: UInt32

    var count: Int { ocsfCount + vendorCount }
}

/// One field of a shape: its name's number above, its kind and flags (the field's high byte) below.
struct ShapeEntry: BitwiseCopyable, Equatable {
    var word: UInt64

    @inline(__always)
    init(id: FieldID, flags: UInt8) { word = UInt64(id.rawValue) &<< 8 | UInt64(flags) }

    var id: FieldID { FieldID(rawValue: UInt32(truncatingIfNeeded: word &>> 8)) }
    @inline(__always) var flags: UInt8 { UInt8(truncatingIfNeeded: word) }
    @inline(__always) var isDerived: Bool { word & 0x80 != 0 }
}

/// The shapes of a block under construction. Audit events of one kind have one shape, so a block has some dozens.
struct ShapeTable: ~Copyable {
    private(set) var shapes = PlainBuffer<Shape>()
    private(set) var entries = PlainBuffer<ShapeEntry>(capacity: 1_024)
    private var hashes = PlainBuffer<UInt64>()
    /// Open addressing, at most half full: index of a shape plus one, or 0.
    private var slots = [UInt32](repeating: 0, count: 256)

    var count: Int { shapes.count }

    mutating func removeAll() {
        if shapes.count > 0 { slots = [UInt32](repeating: 0, count: 256) }
        shapes.removeAll()
        entries.removeAll()
        hashes.removeAll()
    }

    /// The shape with these entries; made if it is new.
    mutating func find(
        _ current: UnsafePointer<ShapeEntry>, ocsfCount: Int, vendorCount: Int, product: UInt16, classUID: UInt32
    ) -> Int {
        let count = ocsfCount + vendorCount
        var hash = UInt64(classUID) &<< 16 | UInt64(product) ^ UInt64(vendorCount) &<< 48
        for index in 0..<count { hash = (hash ^ current[index].word) &* 0x9e37_79b9_7f4a_7c15 }
        hash ^= hash &>> 32
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
            let index = Int(slots[place]) - 1
            if hashes[index] == hash {
                let shape = shapes[index]
                if shape.ocsfCount == ocsfCount && shape.vendorCount == vendorCount && shape.product == product
                    && shape.classUID == classUID && equal(entries.base + shape.start, current, count)
                {
                    return index
                }
            }
            place = (place + 1) & mask
        }
        let shape = Shape(
            start: entries.count, ocsfCount: ocsfCount, vendorCount: vendorCount, product: product, classUID: classUID)
        entries.append(copying: current, count: count)
        shapes.append(shape)
        hashes.append(hash)
        slots[place] = UInt32(shapes.count)
        if shapes.count * 2 > slots.count { growSlots() }
        return shapes.count - 1
    }

    private func equal(_ a: UnsafePointer<ShapeEntry>, _ b: UnsafePointer<ShapeEntry>, _ count: Int) -> Bool {
        var difference: UInt64 = 0
        for index in 0..<count { difference |= a[index].word ^ b[index].word }
        return difference == 0
    }

    private mutating func growSlots() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for index in 0..<shapes.count {
            var place = Int(truncatingIfNeeded: hashes[index]) & (slots.count - 1)
            while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = UInt32(index + 1)
        }
    }
}
