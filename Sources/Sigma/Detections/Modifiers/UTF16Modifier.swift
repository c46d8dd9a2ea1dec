/// `wide` and `utf16le` (little-endian), `utf16be` (big-endian), `utf16` (little-endian after a byte order mark).
struct UTF16Modifier: Modifier {
    enum Order: Sendable { case littleEndian, bigEndian, littleEndianWithMark }

    var name: String
    var order: Order

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string(let string) = value else { throw .needs("text", not: value, name) }
        let name = name
        var encoded = try string.mapLiterals { (bytes) throws(ModifierError) -> [SigmaString.Piece] in
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ModifierError("modifier \"\(name)\" cannot follow another encoding")
            }
            return [.literal(encode(text))]
        }
        if order == .littleEndianWithMark { encoded.pieces.insert(.literal([0xff, 0xfe]), at: 0) }
        return .string(encoded)
    }

    private func encode(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for unit in text.utf16 {
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
            bytes += order == .bigEndian ? [high, low] : [low, high]
        }
        return bytes
    }
}
