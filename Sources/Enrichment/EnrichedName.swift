/// Names that people give what enrichment adds, as parts of fields' paths.
public enum EnrichedName {
    /// The longest pattern of a classification, in bytes.
    public static let maximumPattern = Glob.maximumPattern
    private static let maximum = 64

    /// Whether a name can stand in a path: small letters, digits and `_`.
    public static func isValid(_ name: String) -> Bool {
        (1...maximum).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
    }

    /// A column's name as such a name: in small letters, with `_` for all else.
    public static func plain(_ column: String) -> String {
        let bytes = column.utf8.prefix(maximum).map { byte in
            let lower = ASCII.lower(byte)
            return lower &- 0x61 < 26 || lower &- 0x30 < 10 ? lower : UInt8(ascii: "_")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
