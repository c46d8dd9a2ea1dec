/// How long a text in a payload may be.
package struct TextLimit: Equatable {
    /// What a receiver counts.
    package enum Unit { case bytes, utf16 }

    package var count: Int
    package var unit: Unit

    /// In bytes of UTF-8.
    package init(bytes: Int) {
        count = bytes
        unit = .bytes
    }

    /// In code units of UTF-16: never fewer than characters, however a vendor counts those.
    package init(utf16: Int) {
        count = utf16
        unit = .utf16
    }

    /// Longer characters exist in no script: letters under heaps of marks, made to break layouts.
    private static let longestCharacter = 64

    /// The text, or its beginning and `…`. Never splits a character that people read as one.
    package func cut(_ text: String) -> String {
        guard size(text[...]) > count else { return text }
        // Enough to cut from: no walk over a character without end.
        let text = String(text.unicodeScalars.prefix(count + TextLimit.longestCharacter))
        let room = max(0, count - size("…"))
        var used = 0
        var end = text.startIndex
        while end < text.endIndex {
            let next = text.index(after: end)
            let length = size(text[end..<next])
            if used + length > room {
                if text[end..<next].utf8.count > TextLimit.longestCharacter { end = cut(text, from: end, room: room - used) }
                break
            }
            used += length
            end = next
        }
        return text[..<end] + "…"
    }

    /// The text on one line, fit for people's eyes, or its beginning. Reads no more of it than that takes, however long it is.
    package func line(_ text: String) -> String {
        let maximum = count * 2 + 64
        let end = text.unicodeScalars.index(text.startIndex, offsetBy: maximum, limitedBy: text.endIndex) ?? text.endIndex
        return cut(DisplayText.line(String(text[..<end])) + (end < text.endIndex ? "…" : ""))
    }

    /// Where the scalars that there is room for end.
    private func cut(_ text: String, from start: String.Index, room: Int) -> String.Index {
        var used = 0
        var end = start
        while end < text.endIndex {
            let next = text.unicodeScalars.index(after: end)
            used += size(text[end..<next])
            if used > room { break }
            end = next
        }
        return end
    }

    private func size(_ text: Substring) -> Int {
        switch unit {
        case .bytes: text.utf8.count
        case .utf16: text.utf16.count
        }
    }

    /// The beginning of the text whose escaped form keeps within the limit, escaped.
    package func cut(_ text: String, escape: (String) -> String) -> String {
        var limit = self
        while true {
            let escaped = escape(limit.cut(text))
            if size(escaped[...]) <= count || limit.count <= 4 { return escaped }
            limit.count = limit.count * 3 / 4
        }
    }
}

/// The limits of one document.
package struct TextLimits: Equatable {
    /// Titles, names, identifiers and single values.
    package var name: TextLimit
    /// Sentences and descriptions.
    package var text: TextLimit

    package static let full = TextLimits(name: TextLimit(bytes: 256), text: TextLimit(bytes: 2_000))

    /// Where there is much to tell.
    package static let brief = TextLimits(name: TextLimit(bytes: 128), text: TextLimit(bytes: 500))

    /// Half as long; nil when there would be nothing left to read.
    package func halved() -> TextLimits? {
        guard name.count > 16 || text.count > 16 else { return nil }
        return TextLimits(
            name: TextLimit(bytes: max(16, name.count / 2)), text: TextLimit(bytes: max(16, text.count / 2)))
    }
}
