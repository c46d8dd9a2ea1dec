/// The names that a query in SQL has, as SQLite would read them: which of them are fields is for others to say.
struct SQLNames {
    struct Name: Hashable {
        var text: String
        /// In double quotes, backquotes or brackets, so that it is no keyword.
        var isQuoted: Bool
        /// It names a column of the result, behind AS or a closing parenthesis.
        var isGiven: Bool
    }

    /// In the order of the query, each once.
    private(set) var names: [Name] = []
    /// Whether the word CAST occurs.
    private(set) var hasCast = false
    private var known: Set<Name> = []

    init(_ query: String) {
        let bytes = Array(query.utf8)
        var place = 0
        var isBehindAs = false
        var isBehindParenthesis = false
        while place < bytes.count {
            let byte = bytes[place]
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0c:
                place += 1
                continue
            case UInt8(ascii: "-") where next == byte:
                place = bytes[place...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                continue
            case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
                place = Self.endOfComment(bytes, place + 2)
                continue
            case UInt8(ascii: "'"): place = Self.endOfQuoted(bytes, place, byte).end
            case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
                let quoted = Self.endOfQuoted(bytes, place, byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : byte)
                add(quoted.text, isQuoted: true, isGiven: isBehindAs || isBehindParenthesis)
                place = quoted.end
            case _ where Self.isWordByte(byte):
                let end = bytes[place...].firstIndex { !Self.isWordByte($0) } ?? bytes.count
                let text = String(decoding: bytes[place..<end], as: UTF8.self)
                place = end
                let folded = text.lowercased()
                if folded == "cast" { hasCast = true }
                if byte &- 0x30 >= 10 { add(text, isQuoted: false, isGiven: isBehindAs || isBehindParenthesis) }
                isBehindAs = folded == "as"
                isBehindParenthesis = false
                continue
            default: place += 1
            }
            isBehindAs = false
            isBehindParenthesis = byte == UInt8(ascii: ")")
        }
    }

    private mutating func add(_ text: String, isQuoted: Bool, isGiven: Bool) {
        let name = Name(text: text, isQuoted: isQuoted, isGiven: isGiven)
        if known.insert(name).inserted { names.append(name) }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
    }

    private static func endOfComment(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start
        while place + 1 < bytes.count {
            if bytes[place] == UInt8(ascii: "*"), bytes[place + 1] == UInt8(ascii: "/") { return place + 2 }
            place += 1
        }
        return bytes.count
    }

    /// The text within quotes, where two stand for one, and where it ends. Brackets have no such.
    private static func endOfQuoted(_ bytes: [UInt8], _ start: Int, _ close: UInt8) -> (text: String, end: Int) {
        var text: [UInt8] = []
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == close {
                let isDoubled = close != UInt8(ascii: "]") && place + 1 < bytes.count && bytes[place + 1] == close
                guard isDoubled else { return (String(decoding: text, as: UTF8.self), place + 1) }
                place += 1
            }
            text.append(bytes[place])
            place += 1
        }
        return (String(decoding: text, as: UTF8.self), bytes.count)
    }
}
