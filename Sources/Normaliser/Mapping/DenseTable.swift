import EventModel

// Hot path.

/// What a product does with each field, by the field's number; 0 for fields that it has nothing to say about.
final class DenseTable: Sendable {
    private let codes: [UInt16]

    init(_ entries: [FieldID: UInt16]) {
        var codes = [UInt16](repeating: 0, count: (entries.keys.map(\.index).max() ?? 0) + 1)
        for (id, code) in entries { codes[id.index] = code }
        self.codes = codes
    }

    @inline(__always)
    subscript(id: FieldID) -> UInt16 { id.index < codes.count ? codes[id.index] : 0 }

    /// For loops over many fields: one check for the lot.
    @inline(__always)
    func withCodes<Result>(_ body: (UnsafeBufferPointer<UInt16>) -> Result) -> Result { codes.withUnsafeBufferPointer(body) }
}
