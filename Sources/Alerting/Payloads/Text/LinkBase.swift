/// Where people find something by its name: `https://wiki.example.com/playbooks/{}`.
public struct LinkBase: Sendable, Equatable {
    private let before: String
    private let after: String

    public static let maximumBytes = 512

    /// - Parameter text: an `https://` or `http://` URL. The name, percent-encoded, takes the place of `{}`; without one it is
    ///   a further segment of the path. Nil for anything that is no such URL.
    public init?(_ text: String) {
        let parts = text.split(separator: "{}", omittingEmptySubsequences: false)
        let bare = parts.joined()
        guard parts.count <= 2, (9...LinkBase.maximumBytes).contains(text.utf8.count),
            bare.hasPrefix("https://") || bare.hasPrefix("http://"), bare.utf8.allSatisfy(LinkBase.isAllowed)
        else { return nil }
        before = parts.count == 2 ? String(parts[0]) : text.hasSuffix("/") ? text : text + "/"
        after = parts.count == 2 ? String(parts[1]) : ""
    }

    /// The link to what has that name.
    package func link(_ name: String) -> String { before + LinkBase.encoded(TextLimit(bytes: 128).cut(name)) + after }

    /// The characters of RFC 3986 but for quotes and brackets, which markup would take for its own.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || "-._~:/?#@!$&+,;=%".utf8.contains(byte)
    }

    /// Percent-encoded but for the unreserved characters (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded += ASCII.hex(byte, uppercase: true).utf8
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
