import FoundationEssentials

/// RFC 4648.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The URL-safe alphabet without padding (section 5), as tokens have it.
    package static func encodeURL(_ bytes: [UInt8]) -> String {
        String(encode(bytes).compactMap { character in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: character
            }
        })
    }
}
