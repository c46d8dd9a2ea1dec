/// `base64offset`: the value as it looks inside a longer base64 text, at each of the three offsets that are possible.
struct Base64OffsetModifier: Modifier {
    /// How many leading digits depend on the bytes before, by offset.
    private static let startOffsets = [0, 2, 3]
    /// How many trailing digits depend on the bytes after, by length modulo 3.
    private static let endOffsets = [0, 3, 2]

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string(let string) = value else { throw .needs("text", not: value, "base64offset") }
        guard let bytes = string.bytes, !bytes.isEmpty else {
            throw ModifierError("\"base64offset\" needs text without wildcards, and not the empty one")
        }
        return .expansion(
            (0..<3).map { offset in
                let padded = [UInt8](repeating: UInt8(ascii: " "), count: offset) + bytes
                let text = Base64.encode(padded).dropFirst(Self.startOffsets[offset])
                return .string(SigmaString([.literal(Array(text.dropLast(Self.endOffsets[padded.count % 3])))]))
            })
    }
}
