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

    /// Reads a message that begins with `LEEF:`; nil if it does not, is of another version, or lacks a header field.
    public init?(message: UnsafeRawBufferPointer) {
        let start = message.firstIndex { $0 != 0x20 } ?? message.count
        guard var scanner = LEEFScanner(message, from: start) else { return nil }
        let fields = scanner.header.map {
            String(decoding: CEF.unescaped(message[$0], CEFScanner.unescapedInHeader), as: UTF8.self)
        }
        version = fields[0]
        vendor = fields[1]
        product = fields[2]
        productVersion = fields[3]
        eventID = fields[4]
        attributes = []
        while attributes.count < LEEF.maximumAttributes, let found = scanner.next() {
            attributes.append(
                Attribute(
                    key: String(decoding: message[found.key], as: UTF8.self),
                    value: String(decoding: message[found.value], as: UTF8.self)))
        }
    }
}
