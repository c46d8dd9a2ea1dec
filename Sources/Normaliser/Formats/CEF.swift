/// ArcSight Common Event Format: `CEF:0|vendor|product|version|class|name|severity|key=value …` (Implementation Standard,
/// version 25). For people and tests: allocates.
public struct CEF: Sendable, Equatable {
    /// One `key=value` of the extension.
    public struct Extension: Sendable, Equatable {
        /// As sent, for example `src`.
        public var key: String
        /// Escapes resolved.
        public var value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    public var version: Int
    public var deviceVendor: String
    public var deviceProduct: String
    public var deviceVersion: String
    public var deviceEventClassID: String
    public var name: String
    /// `0` to `10`, or `Unknown`, `Low`, `Medium`, `High`, `Very-High`; as sent.
    public var severity: String
    /// In the order sent; a key may occur more than once.
    public var extensions: [Extension]

    /// Extensions beyond this many are left out.
    public static let maximumExtensions = 1_000

    /// Reads a message that begins with `CEF:`; nil if it does not, or lacks one of the seven header fields.
    public init?(message: UnsafeRawBufferPointer) {
        let bytes = [UInt8](message.drop { $0 == 0x20 })
        guard bytes.starts(with: Array("CEF:".utf8)) else { return nil }
        var fields: [String] = []
        var field: [UInt8] = []
        var index = 4
        while index < bytes.count, fields.count < 7 {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, CEF.isHeaderEscape(bytes[index + 1]) {
                field.append(bytes[index + 1])
                index += 1
            } else if byte == UInt8(ascii: "|") {
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
            } else {
                field.append(byte)
            }
            index += 1
        }
        // The last bar may be missing when there is no extension.
        if fields.count == 6 { fields.append(String(decoding: field, as: UTF8.self)) }
        guard fields.count == 7, let version = Int(fields[0].drop { $0 == " " }) else { return nil }
        self.version = version
        deviceVendor = fields[1]
        deviceProduct = fields[2]
        deviceVersion = fields[3]
        deviceEventClassID = fields[4]
        name = fields[5]
        severity = fields[6]
        extensions = CEF.parseExtensions(bytes[min(index, bytes.count)...])
    }

    private static func isHeaderEscape(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "|") || byte == UInt8(ascii: "\\") }

    /// A value reaches to the space before the next key. A key is what stands between a space and an `=` without a backslash.
    private static func parseExtensions(_ bytes: ArraySlice<UInt8>) -> [Extension] {
        var extensions: [Extension] = []
        var key: ArraySlice<UInt8>?
        var valueStart = bytes.startIndex
        var wordStart = bytes.startIndex
        var isKey = true
        var index = bytes.startIndex

        func close(at end: Int) {
            guard let key, extensions.count < maximumExtensions else { return }
            extensions.append(
                Extension(key: String(decoding: key, as: UTF8.self), value: unescape(trimmed(bytes[valueStart..<end]))))
        }

        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == 0x20 {
                wordStart = index + 1
                isKey = true
            } else if byte == UInt8(ascii: "=") {
                if isKey, index > wordStart {
                    close(at: max(valueStart, wordStart - 1))
                    key = bytes[wordStart..<index]
                    valueStart = index + 1
                }
                isKey = false
            } else if byte == UInt8(ascii: "\\") {
                isKey = false
                index += 1
            } else if !isKeyCharacter(byte) {
                isKey = false
            }
            index += 1
        }
        close(at: bytes.endIndex)
        return extensions
    }

    /// The standard says alphanumeric; products add dots, brackets and more.
    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: ",") || byte >= 0x80
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = bytes.endIndex
        while end > bytes.startIndex, bytes[end - 1] == 0x20 { end -= 1 }
        return bytes[bytes.startIndex..<end]
    }

    private static func unescape(_ bytes: ArraySlice<UInt8>) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
                plain.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "n"): plain.append(0x0a)
            case UInt8(ascii: "r"): plain.append(0x0d)
            case UInt8(ascii: "="), UInt8(ascii: "\\"), UInt8(ascii: "|"): plain.append(bytes[index + 1])
            default: plain += [UInt8(ascii: "\\"), bytes[index + 1]]
            }
            index += 2
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
