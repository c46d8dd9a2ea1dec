/// IBM Log Event Extended Format, 1.0 and 2.0: `LEEF:2.0|vendor|product|version|event|delimiter|key=value…`. For people and
/// tests: allocates.
public struct LEEF: Sendable, Equatable {
    /// One `key=value`.
    public struct Attribute: Sendable, Equatable {
        public var key: String
        public var value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// `1.0` or `2.0`
    public var version: String
    public var vendor: String
    public var product: String
    public var productVersion: String
    public var eventID: String
    /// In the order sent.
    public var attributes: [Attribute]

    /// Attributes beyond this many are left out.
    public static let maximumAttributes = 1_000

    private static let tab = UInt8(ascii: "\t")

    /// Reads a message that begins with `LEEF:`; nil if it does not, is of another version, or lacks a header field.
    public init?(message: UnsafeRawBufferPointer) {
        let bytes = [UInt8](message.drop { $0 == 0x20 })
        guard bytes.starts(with: Array("LEEF:".utf8)) else { return nil }
        var rest = bytes[5...]
        var fields: [String] = []
        while fields.count < 5, let bar = LEEF.bar(in: rest) {
            fields.append(LEEF.unescaped(rest[..<bar]))
            rest = rest[(bar + 1)...]
        }
        // The last bar may be missing when there are no attributes.
        if fields.count == 4, !rest.contains(LEEF.tab) {
            fields.append(LEEF.unescaped(rest))
            rest = []
        }
        guard fields.count == 5, fields[0].hasPrefix("1.") || fields[0].hasPrefix("2.") || fields[0] == "1" || fields[0] == "2"
        else { return nil }
        version = fields[0]
        vendor = fields[1]
        product = fields[2]
        productVersion = fields[3]
        eventID = fields[4]
        var delimiter = LEEF.tab
        if version.hasPrefix("2"), let bar = rest.firstIndex(of: UInt8(ascii: "|")),
            let named = LEEF.delimiter(rest[..<bar])
        {
            delimiter = named
            rest = rest[(bar + 1)...]
        }
        attributes = LEEF.parseAttributes(rest, delimiter)
    }

    /// The bar that ends a header's field: one without a backslash before it.
    private static func bar(in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "|") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return index < bytes.endIndex ? index : nil
    }

    /// `\|` and `\\` stand for the character after the backslash.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex,
                bytes[index + 1] == UInt8(ascii: "|") || bytes[index + 1] == UInt8(ascii: "\\")
            {
                index += 1
            }
            plain.append(bytes[index])
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// One character, or its code as `x5E` or `0x5E`; none stands for the tab. Nil if it is no delimiter, but an attribute.
    private static func delimiter(_ text: ArraySlice<UInt8>) -> UInt8? {
        if text.isEmpty { return tab }
        if text.count == 1 { return text[text.startIndex] }
        let written = String(decoding: text, as: UTF8.self).lowercased()
        for prefix in ["0x", "x", "\\x"] where written.hasPrefix(prefix) && written.utf8.count <= prefix.utf8.count + 4 {
            if let code = UInt16(written.dropFirst(prefix.count), radix: 16), code > 0, code < 128 { return UInt8(code) }
        }
        return written == "\\t" ? tab : nil
    }

    private static func parseAttributes(_ bytes: ArraySlice<UInt8>, _ delimiter: UInt8) -> [Attribute] {
        var attributes: [Attribute] = []
        for part in bytes.split(separator: delimiter) where attributes.count < maximumAttributes {
            guard let sign = part.firstIndex(of: UInt8(ascii: "=")), sign > part.startIndex else {
                // A delimiter within a value: nothing escapes it, so what follows belongs to the value before.
                if !attributes.isEmpty {
                    attributes[attributes.count - 1].value += String(decoding: [delimiter] + part, as: UTF8.self)
                }
                continue
            }
            attributes.append(
                Attribute(
                    key: String(decoding: part[..<sign].drop { $0 == 0x20 }, as: UTF8.self),
                    value: String(decoding: part[(sign + 1)...], as: UTF8.self)))
        }
        return attributes
    }
}
