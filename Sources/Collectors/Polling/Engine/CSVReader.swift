/// Reads comma-separated values (RFC 4180): quoted fields may hold commas, line breaks and doubled quotes. Lines end with CRLF,
/// LF or CR.
package struct CSVReader {
    package struct Row: Equatable {
        package var fields: [[UInt8]]
        /// The text ended within quotes.
        package var isCut = false

        package init(fields: [[UInt8]], isCut: Bool = false) {
            self.fields = fields
            self.isCut = isCut
        }
    }

    private let bytes: [UInt8]
    private var position: Int
    private let maximumFields: Int

    package init(_ bytes: [UInt8], maximumFields: Int = 2_000) {
        self.bytes = bytes
        self.maximumFields = max(1, maximumFields)
        // A byte order mark is none of the first name.
        position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    /// The next row; nil at the end. Empty lines are none. Fields beyond the limit stand in the last one, as they are written.
    package mutating func next() -> Row? {
        while position < bytes.count, bytes[position] == 0x0a || bytes[position] == 0x0d { position += 1 }
        guard position < bytes.count else { return nil }
        var row = Row(fields: [])
        while true {
            if row.fields.count == maximumFields - 1 {
                row.fields.append(takeLine())
                return row
            }
            let (field, isCut) = takeField()
            row.fields.append(field)
            row.isCut = row.isCut || isCut
            guard position < bytes.count else { return row }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == 0x0d, position < bytes.count, bytes[position] == 0x0a { position += 1 }
            return row
        }
    }

    /// Up to the comma or line break after it.
    private mutating func takeField() -> (field: [UInt8], isCut: Bool) {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return (takeBare(), false) }
        position += 1
        var field: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte != UInt8(ascii: "\"") {
                field.append(byte)
            } else if position < bytes.count, bytes[position] == byte {
                field.append(byte)
                position += 1
            } else {
                // What stands between the closing quote and the comma is no CSV; it is kept.
                return (field + takeBare(), false)
            }
        }
        return (field, true)
    }

    private mutating func takeBare() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != 0x0a, bytes[position] != 0x0d {
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func takeLine() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != 0x0a { position += 1 }
        return Array(bytes[start..<position])
    }
}
