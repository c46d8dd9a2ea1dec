import COpenSSL

/// SHA-256 of texts, as hexadecimal digits.
enum HashText {
    /// The first `bytes` bytes of the hash of one text.
    static func hex(_ text: String, bytes: Int = 32) -> String { hex(Array(text.utf8), bytes) }

    /// The same of several, each with its length before it: no two lists of texts are hashed from the same bytes.
    static func hex(_ parts: [String], bytes: Int = 32) -> String {
        var joined: [UInt8] = []
        for part in parts {
            joined.append(contentsOf: "\(part.utf8.count):".utf8)
            joined.append(contentsOf: part.utf8)
        }
        return hex(joined, bytes)
    }

    private static func hex(_ input: [UInt8], _ bytes: Int) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        SHA256(input, input.count, &digest)
        return digest.prefix(bytes).map { ASCII.hex($0) }.joined()
    }
}
