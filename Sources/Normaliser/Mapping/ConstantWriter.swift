import EventModel

// Hot path. Unsafe: `places` is valid for as many entries as the mapping has constants.

/// Puts each constant of a mapping into a batch's derived bytes once, however many fields show it. Scratch of one lane.
final class ConstantWriter {
    private let texts: [[UInt8]]
    private let places: UnsafeMutablePointer<Place>
    private var derived: Arena?

    /// Where a constant stands in the batch's derived bytes; -1 while it does not.
    private struct Place {
        var offset: Int32
        var length: Int32
    }

    init(_ mapping: CompiledMapping) {
        texts = mapping.constants
        places = .allocate(capacity: max(1, texts.count))
        for index in texts.indices {
            (places + index).initialize(to: Place(offset: -1, length: Int32(texts[index].count)))
        }
    }

    deinit { places.deallocate() }

    /// Begins with a new batch, if it is one; tells whether it is.
    func use(_ arena: Arena) -> Bool {
        if derived === arena { return false }
        derived = arena
        for index in texts.indices { places[index].offset = -1 }
        return true
    }

    /// Lets go of the batch, which others own now.
    func release() { derived = nil }

    @inline(__always)
    func field(_ number: Int32, _ id: FieldID, _ kind: FieldKind, inArray: Bool = false) -> Field {
        let place = places + Int(number)
        if place.pointee.offset < 0 { write(number) }
        return Field(
            id: id, offset: Int(place.pointee.offset), length: Int(place.pointee.length), kind: kind, isDerived: true,
            inArray: inArray)
    }

    @inline(never)
    private func write(_ number: Int32) {
        guard let derived else { return }
        texts[Int(number)].withUnsafeBytes { places[Int(number)].offset = Int32(derived.append($0)) }
    }
}
