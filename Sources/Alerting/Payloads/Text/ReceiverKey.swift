/// Names that receivers tell incidents and threads apart by.
enum ReceiverKey {
    /// The key if it has at most that many bytes, all of them letters, digits, `-`, `_` or `.`; else its hash, which has 32.
    static func text(_ key: String, maximumBytes: Int) -> String {
        let isPlain = !key.isEmpty && key.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.".utf8.contains($0) }
        return isPlain && key.utf8.count <= maximumBytes ? key : HashText.hex(key, bytes: 16)
    }
}
