/// Reads the records of a CSV file (RFC 4180), one after the other: quoted fields may hold the delimiter, line ends and doubled
/// quotes. Lines may end with LF alone, and a byte order mark is skipped.
struct CSVReader {
    struct Flaw: Error, Equatable {
        var line: Int
        var message: String
    }

    /// Bounds on one record; a file is bounded where it is read.
    static let maximumRecord = 1 << 20
    static let maximumFields = 1_024

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private let hasComments: Bool
    private var position = 0
    private var nextLine = 1
    /// The line on which the record read last begins, from 1.
    private(set) var line = 1

    /// - Parameter hasComments: a record that begins with `#` is none, but a line of comment, as feeds have them.
    init(_ bytes: [UInt8], delimiter: UInt8 = UInt8(ascii: ","), hasComments: Bool = false) {
        self.bytes = bytes
        self.delimiter = delimiter
        self.hasComments = hasComments
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    /// The next record's fields; nil at the end. Empty lines are passed over.
    mutating func next() throws(Flaw) -> [ArraySlice<UInt8>]? {
        while position < bytes.count {
            if hasComments, bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != 0x0a { position += 1 }
                continue
            }
            guard let length = lineEnd(at: position) else { break }
            position += length
            nextLine += 1
        }
        guard position < bytes.count else { return nil }
        line = nextLine
        let start = position
        var fields: [ArraySlice<UInt8>] = []
        while true {
            fields.append(try field(recordStart: start))
            guard fields.count <= Self.maximumFields else {
                throw Flaw(line: line, message: "the record has more than \(Self.maximumFields) fields")
            }
            guard position < bytes.count else { return fields }
            if bytes[position] == delimiter {
                position += 1
                continue
            }
            position += lineEnd(at: position) ?? 0
            nextLine += 1
            return fields
        }
    }

    private func lineEnd(at place: Int) -> Int? {
        if bytes[place] == 0x0a { return 1 }
        if bytes[place] == 0x0d { return place + 1 < bytes.count && bytes[place + 1] == 0x0a ? 2 : 1 }
        return nil
    }

    private mutating func field(recordStart: Int) throws(Flaw) -> ArraySlice<UInt8> {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return try plain(recordStart) }
        position += 1
        let start = position
        var unescaped: [UInt8] = []
        var from = start
        while true {
            guard position < bytes.count else {
                throw Flaw(line: line, message: "the quote that opens a field on this line is never closed")
            }
            try check(recordStart)
            let byte = bytes[position]
            position += 1
            if byte == 0x0a { nextLine += 1 }
            guard byte == UInt8(ascii: "\"") else { continue }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                unescaped += bytes[from..<position]
                position += 1
                from = position
                continue
            }
            let end = position - 1
            guard position == bytes.count || bytes[position] == delimiter || lineEnd(at: position) != nil else {
                throw Flaw(line: nextLine, message: "after a closing quote must stand a delimiter or the line's end")
            }
            return from == start ? bytes[start..<end] : (unescaped + bytes[from..<end])[...]
        }
    }

    private mutating func plain(_ recordStart: Int) throws(Flaw) -> ArraySlice<UInt8> {
        let start = position
        while position < bytes.count, bytes[position] != delimiter, bytes[position] != 0x0a, bytes[position] != 0x0d {
            try check(recordStart)
            position += 1
        }
        return bytes[start..<position]
    }

    @inline(__always)
    private func check(_ recordStart: Int) throws(Flaw) {
        guard position - recordStart < Self.maximumRecord else {
            throw Flaw(line: line, message: "the record is longer than \(Self.maximumRecord) bytes; is a quote missing?")
        }
    }
}
