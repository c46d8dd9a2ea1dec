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
        let start = message.firstIndex { $0 != 0x20 } ?? message.count
        guard var scanner = CEFScanner(message, from: start) else { return nil }
        func text(_ range: Range<Int>, _ plain: (UInt8) -> UInt8?) -> String {
            String(decoding: CEF.unescaped(message[range], plain), as: UTF8.self)
        }
        let fields = scanner.header.map { text($0, CEFScanner.unescapedInHeader) }
        guard let version = Int(fields[0]) else { return nil }
        self.version = version
        deviceVendor = fields[1]
        deviceProduct = fields[2]
        deviceVersion = fields[3]
        deviceEventClassID = fields[4]
        name = fields[5]
        severity = fields[6]
        extensions = []
        while extensions.count < CEF.maximumExtensions, let found = scanner.next() {
            let key = String(decoding: message[found.key], as: UTF8.self)
            extensions.append(Extension(key: key, value: text(found.value, CEFScanner.unescaped)))
        }
    }

    /// - Parameter plain: the byte that a backslash and this one stand for; nil: the backslash stands for itself.
    static func unescaped(_ bytes: Slice<UnsafeRawBufferPointer>, _ plain: (UInt8) -> UInt8?) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex {
                if let byte = plain(bytes[index + 1]) { out.append(byte) } else { out += [bytes[index], bytes[index + 1]] }
                index += 2
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }
}
