import EventModel

/// The objects of a JSON file: those of a list, one a line, or those of a list under a key of an object. They are found by their
/// brackets, and each is read for itself, so that a file of a million takes no tree in memory.
struct JSONObjects {
    struct Flaw: Error, Equatable {
        var line: Int
        var message: String
    }

    /// One object, read into fields.
    struct Element {
        let builder: EventBuilder
        let line: Int

        var fields: UnsafeBufferPointer<Field> { UnsafeBufferPointer(start: builder.fields, count: builder.fieldCount) }

        func bytes(_ field: Field) -> UnsafeRawBufferPointer { builder.bytes(of: field) }

        /// The first value at a path.
        func text(_ id: FieldID) -> String? {
            guard let field = fields.first(where: { $0.id == id && $0.isValue && $0.kind != .null }) else { return nil }
            return String(decoding: bytes(field), as: UTF8.self)
        }

        /// All values at a path, at most `maximum`.
        func texts(_ id: FieldID, maximum: Int) -> [String] {
            fields.lazy.filter { $0.id == id && $0.kind == .string }.prefix(maximum)
                .map { String(decoding: bytes($0), as: UTF8.self) }
        }
    }

    /// Longer objects are left out.
    static let maximumObject = 1 << 20

    let catalog: FieldCatalog
    private let bytes: [UInt8]
    private let listKey: String?
    private let scanner: JSONScanner
    private let source = Source(id: 0, name: "")

    /// - Parameter listKey: the key of an outer object under which the list stands, where there is one.
    init(_ bytes: [UInt8], listKey: String? = nil) {
        self.bytes = bytes
        self.listKey = listKey
        catalog = FieldCatalog(capacity: 4_096)
        scanner = JSONScanner(catalog: catalog, limits: JSONLimits())
    }

    /// Calls back with each object, or with what is wrong with one of them; the others go on.
    /// - Throws: what keeps the rest of the file from being read.
    func forEach(_ body: (Result<Element, Flaw>) throws -> Void) throws {
        var position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        skipSpace(&position)
        while position < bytes.count {
            let start = position
            switch bytes[position] {
            case UInt8(ascii: "["): try list(&position, body)
            case UInt8(ascii: "{"):
                if let list = listStart(start) {
                    position = list
                    try self.list(&position, body)
                    position = start
                    try skipValue(&position)
                } else {
                    try skipValue(&position)
                    try body(element(start, position))
                }
            default: throw flaw(position, "here must stand an object {…} or a list of them […]")
            }
            skipSpace(&position)
        }
    }

    private func list(_ position: inout Int, _ body: (Result<Element, Flaw>) throws -> Void) throws {
        position += 1
        skipSpace(&position)
        while true {
            guard position < bytes.count else { throw flaw(bytes.count, "the list is never closed: the file is cut off") }
            if bytes[position] == UInt8(ascii: "]") {
                position += 1
                return
            }
            let start = position
            try skipValue(&position)
            try body(element(start, position))
            skipSpace(&position)
            if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
                position += 1
                skipSpace(&position)
            } else if position < bytes.count, bytes[position] != UInt8(ascii: "]") {
                throw flaw(position, "between two elements of a list must stand a comma")
            }
        }
    }

    private func element(_ start: Int, _ end: Int) -> Result<Element, Flaw> {
        guard bytes[start] == UInt8(ascii: "{") else { return .failure(flaw(start, "the element is no object")) }
        guard end - start <= Self.maximumObject else {
            return .failure(flaw(start, "the object is longer than \(Self.maximumObject) bytes"))
        }
        let arena = Arena(capacity: end - start)
        bytes.withUnsafeBytes { _ = arena.append(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
        let span = RecordSpan(offset: 0, length: UInt32(end - start))
        let builder = EventBuilder(
            RecordBatch(source: source, receivedAt: Timestamp(microseconds: 0), bytes: arena, records: [span]))
        do throws(JSONError) {
            try scanner.scan(0, end - start, into: builder)
        } catch {
            return .failure(flaw(start + error.offset, error.description))
        }
        return .success(Element(builder: builder, line: line(start)))
    }

    /// Where the list under `listKey` of the object at `start` begins; nil if there is none.
    private func listStart(_ start: Int) -> Int? {
        guard let listKey else { return nil }
        var position = start + 1
        while position < bytes.count {
            skipSpace(&position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
            let key = position + 1
            guard (try? skipValue(&position)) != nil else { return nil }  // What is wrong is told where the object is read.
            let isList = bytes[key..<position - 1].elementsEqual(listKey.utf8)
            skipSpace(&position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return nil }
            position += 1
            skipSpace(&position)
            if isList, position < bytes.count, bytes[position] == UInt8(ascii: "[") { return position }
            guard (try? skipValue(&position)) != nil else { return nil }  // As above.
            skipSpace(&position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { return nil }
            position += 1
        }
        return nil
    }

    /// Passes over the value at the position, whatever is in it.
    private func skipValue(_ position: inout Int) throws(Flaw) {
        let start = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard position < bytes.count else { throw flaw(start, "the value that begins here is cut off") }
                position += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { throw flaw(position, "here must stand a value") }
                depth -= 1
                position += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x09, 0x0a, 0x0d:
                if depth == 0 { throw flaw(position, "here must stand a value") }
                position += 1
                continue
            default:
                while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
            }
            if depth == 0 { return }
        }
        throw flaw(start, "the value that begins here is cut off")
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), 0x20, 0x09, 0x0a, 0x0d:
            true
        default: false
        }
    }

    private func skipSpace(_ position: inout Int) {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private func flaw(_ position: Int, _ message: String) -> Flaw { Flaw(line: line(position), message: message) }

    private final class LineCount {
        var position = 0
        var line = 1
    }

    private let lineCount = LineCount()

    /// The line of a place; cheap as long as the places asked for go forward.
    private func line(_ position: Int) -> Int {
        let end = min(position, bytes.count)
        if end < lineCount.position {
            lineCount.position = 0
            lineCount.line = 1
        }
        for index in lineCount.position..<end where bytes[index] == 0x0a { lineCount.line += 1 }
        lineCount.position = end
        return lineCount.line
    }
}
