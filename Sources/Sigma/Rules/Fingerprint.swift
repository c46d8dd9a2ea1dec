import LocatedYAML

/// A number for what a document says, the same on every machine and in every run: layout, comments, quotes and the order of
/// keys do not count. FNV-1a, 64 bits (draft-eastlake-fnv): it tells changed rules, it does not protect against forged ones.
enum Fingerprint {
    /// 16 hexadecimal digits.
    static func hex(of node: YAMLNode) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        add(node, to: &hash)
        return hex(hash)
    }

    /// 16 hexadecimal digits, for a text.
    static func hex(of text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        add(text, to: &hash)
        return hex(hash)
    }

    private static func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func add(_ node: YAMLNode, to hash: inout UInt64) {
        switch node.content {
        case .mapping(let entries):
            add(UInt8(ascii: "{"), to: &hash)
            for entry in entries.sorted(by: { $0.key < $1.key }) {
                add(entry.key, to: &hash)
                add(entry.value, to: &hash)
            }
            add(UInt8(ascii: "}"), to: &hash)
        case .sequence(let items):
            add(UInt8(ascii: "["), to: &hash)
            for item in items { add(item, to: &hash) }
            add(UInt8(ascii: "]"), to: &hash)
        case .scalar(let scalar):
            // "1" and 1 differ: quotes count where they change the kind of value.
            let kind: UInt8 =
                switch scalar.value {
                case .null: UInt8(ascii: "n")
                case .bool: UInt8(ascii: "b")
                case .integer, .float: UInt8(ascii: "d")
                case .text: UInt8(ascii: "s")
                }
            add(kind, to: &hash)
            add(scalar.canonicalText, to: &hash)
        }
    }

    private static func add(_ text: String, to hash: inout UInt64) {
        for byte in text.utf8 { add(byte, to: &hash) }
        // No UTF-8 text has this byte: it ends one.
        add(0xff, to: &hash)
    }

    private static func add(_ byte: UInt8, to hash: inout UInt64) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
}
