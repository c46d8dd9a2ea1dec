// Hot path.

/// Where the parts of a CEF message stand (ArcSight Common Event Format, Implementation Standard, version 25):
/// `CEF:0|vendor|product|version|class|name|severity|key=value …`. Copies nothing.
struct CEFScanner {
    /// One `key=value` of the extension: offsets in the bytes that were scanned.
    struct Extension {
        var key: Range<Int>
        /// Without the spaces that end it.
        var value: Range<Int>
        var hasEscapes: Bool
    }

    /// The version after `CEF:`, then vendor, product, product's version, class of the event, name and severity.
    private(set) var header: [Range<Int>] = []
    private let bytes: UnsafeRawBufferPointer
    private var index: Int
    /// Where the key stands that the next extension begins with; nil before the first.
    private var key: Range<Int>?

    private static let equals = UInt8(ascii: "=")
    private static let backslash = UInt8(ascii: "\\")
    private static let bar = UInt8(ascii: "|")
    static let headerCount = 7

    /// Nil if no CEF header with its seven fields begins at `start`.
    init?(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        self.bytes = bytes
        index = start + 4
        guard start >= 0, index < bytes.count, bytes[start] == UInt8(ascii: "C"), bytes[start + 1] == UInt8(ascii: "E"),
            bytes[start + 2] == UInt8(ascii: "F"), bytes[start + 3] == UInt8(ascii: ":")
        else { return nil }
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        header.reserveCapacity(Self.headerCount)
        var fieldStart = index
        while index < bytes.count, header.count < Self.headerCount {
            let byte = bytes[index]
            if byte == Self.backslash {
                index += 1
            } else if byte == Self.bar {
                header.append(fieldStart..<index)
                fieldStart = index + 1
            }
            index += 1
        }
        // The last bar may be missing when there is no extension.
        if header.count == Self.headerCount - 1 { header.append(fieldStart..<max(fieldStart, bytes.count)) }
        index = min(index, bytes.count)
        guard header.count == Self.headerCount, !header[0].isEmpty, header[0].count <= 4,
            header[0].allSatisfy({ bytes[$0].isDigit })
        else { return nil }
    }

    /// The next extension; nil at the end. A value reaches to the space before the next key. A key is what stands between a
    /// space and an `=` without a backslash.
    mutating func next() -> Extension? {
        if key == nil { key = advance(from: index)?.key }
        guard let current = key else { return nil }
        let start = current.upperBound + 1
        let following = advance(from: start)
        key = following?.key
        let end = following.map { max(start, $0.key.lowerBound - 1) } ?? bytes.count
        if following == nil { index = bytes.count }
        var last = end
        while last > start, bytes[last - 1] == 0x20 { last -= 1 }
        let value = start..<last
        return Extension(
            key: current, value: value,
            hasEscapes: following?.hasEscapes ?? value.contains { bytes[$0] == Self.backslash })
    }

    /// What follows the extensions read so far, for a caller that stops.
    var rest: Range<Int> { min(key?.lowerBound ?? index, bytes.count)..<bytes.count }

    /// The next key from `start` on, and whether there are backslashes before it.
    private func advance(from start: Int) -> (key: Range<Int>, hasEscapes: Bool)? {
        var word = start
        var isKey = true
        var hasEscapes = false
        var index = start
        // Within a value, a key begins only after a space.
        if start > 0, start <= bytes.count, key != nil { isKey = false }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x20 {
                word = index + 1
                isKey = true
            } else if byte == Self.equals {
                if isKey, index > word { return (word..<index, hasEscapes) }
                isKey = false
            } else if byte == Self.backslash {
                isKey = false
                hasEscapes = true
                index += 1
            } else if isKey, !Self.isKeyCharacter(byte) {
                isKey = false
            }
            index += 1
        }
        return nil
    }

    /// The standard says alphanumeric; products add dots, brackets and more.
    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ",") || byte >= 0x80
    }

    /// The character that `\` and this one stand for in a value; nil: the backslash stands for itself.
    static func unescaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case equals, backslash, bar: byte
        default: nil
        }
    }

    /// The same for a header's field.
    static func unescapedInHeader(_ byte: UInt8) -> UInt8? { byte == bar || byte == backslash ? byte : nil }
}
