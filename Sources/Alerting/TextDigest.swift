import COpenSSL

/// SHA-256 (FIPS 180-4) of texts, for identifiers that are the same on every machine and in every run.
enum TextDigest {
    /// The first `bytes` bytes of the digest of one text, in hexadecimal.
    static func hex(of text: String, bytes: Int) -> String { hex(Array(text.utf8), bytes) }

    /// The same for several texts, told apart: (`ab`, `c`) and (`a`, `bc`) differ.
    static func hex(of texts: [String], bytes: Int) -> String {
        var joined: [UInt8] = []
        for text in texts {
            joined += Array("\(text.utf8.count):".utf8)
            joined += Array(text.utf8)
        }
        return hex(joined, bytes)
    }

    private static func hex(_ input: [UInt8], _ bytes: Int) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        SHA256(input, input.count, &digest)
        return digest.prefix(bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }
}
