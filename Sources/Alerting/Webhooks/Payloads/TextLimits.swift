/// How long a text in a payload may be.
struct TextLimit: Equatable {
    /// In bytes of UTF-8.
    var bytes: Int

    /// The text, or its beginning and `…`. Never splits a character.
    func cut(_ text: String) -> String {
        guard text.utf8.count > bytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: max(0, bytes - 3))
        while end > text.startIndex, String.Index(end, within: text) == nil { end = text.utf8.index(before: end) }
        return text[..<end] + "…"
    }
}

/// The limits of one document.
struct TextLimits: Equatable {
    /// Titles, names, identifiers and single values.
    var name: TextLimit
    /// Sentences and descriptions.
    var text: TextLimit

    static let full = TextLimits(name: TextLimit(bytes: 256), text: TextLimit(bytes: 2_000))

    /// Half as long; nil when there would be nothing left to read.
    func halved() -> TextLimits? {
        name.bytes <= 16 ? nil : TextLimits(name: TextLimit(bytes: name.bytes / 2), text: TextLimit(bytes: text.bytes / 2))
    }
}
