/// Reads CSV (RFC 4180): fields in quotes may hold commas, line ends and doubled quotes. A byte order mark is skipped, and line
/// ends may be LF alone.
struct CSVReader {
    private let bytes: [UInt8]
    private var position: Int
    /// The line on which the last row began, from 1.
    private(set) var line = 0
    private var nextLine = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    /// The fields of the next row; nil at the end.
    mutating func next() throws(SearchFailure) -> [String]? {
        guard position < bytes.count else { return nil }
        line = nextLine
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < bytes.count else { return fields }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
            nextLine += 1
            return fields
        }
    }

    /// One field, up to a comma or line end, which is not taken.
    private mutating func field() throws(SearchFailure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, !Self.endsField(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                    guard position == bytes.count || Self.endsField(bytes[position]) else {
                        throw SearchFailure("line \(nextLine): text follows a closing quote")
                    }
                    return String(decoding: text, as: UTF8.self)
                }
                position += 1
            } else if byte == UInt8(ascii: "\n") {
                nextLine += 1
            }
            text.append(byte)
        }
        throw SearchFailure("line \(line): a quoted value does not end")
    }

    private static func endsField(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
