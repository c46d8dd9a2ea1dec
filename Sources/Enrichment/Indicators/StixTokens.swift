/// The words of a STIX pattern.
enum StixTokens {
    enum Token: Equatable {
        /// A keyword, or a name within a path.
        case word(String)
        /// A literal in quotes, without its escapes.
        case string([UInt8])
        case symbol(String)

        var text: String {
            switch self {
            case .word(let text): "\"\(LineText.short(text))\""
            case .string(let text): LineText.quoted(text)
            case .symbol(let text): "\"\(text)\""
            }
        }
    }

    static func read(_ text: some Sequence<UInt8>, maximumBytes: Int) throws(StixPattern.Flaw) -> [Token] {
        let bytes = Array(text.prefix(maximumBytes + 1))
        guard bytes.count <= maximumBytes else { throw .init(message: "the pattern is longer than \(maximumBytes) bytes") }
        var tokens: [Token] = []
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case 0x20, 0x09, 0x0a, 0x0d: place += 1
            case UInt8(ascii: "'"), UInt8(ascii: "\""): tokens.append(.string(try string(bytes, &place)))
            case UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"):
                let isLong = place + 1 < bytes.count && bytes[place + 1] == UInt8(ascii: "=")
                tokens.append(.symbol(String(decoding: bytes[place..<place + (isLong ? 2 : 1)], as: UTF8.self)))
                place += isLong ? 2 : 1
            case _ where isWord(byte):
                let start = place
                while place < bytes.count, isWord(bytes[place]) { place += 1 }
                tokens.append(.word(String(decoding: bytes[start..<place], as: UTF8.self)))
            case 0x21...0x7e:
                tokens.append(.symbol(String(UnicodeScalar(byte))))
                place += 1
            default: throw .init(message: "the byte \(byte) at \(place) belongs to no word of a pattern")
            }
        }
        return tokens
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func string(_ bytes: [UInt8], _ place: inout Int) throws(StixPattern.Flaw) -> [UInt8] {
        let quote = bytes[place]
        place += 1
        var text: [UInt8] = []
        while place < bytes.count, bytes[place] != quote {
            if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count { place += 1 }
            text.append(bytes[place])
            place += 1
        }
        guard place < bytes.count else { throw .init(message: "a quote is never closed") }
        place += 1
        return text
    }
}
