package import EventModel

/// A body for Elasticsearch's `_bulk`: a line that says what to do, and for most actions a line with the document
/// (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk). Documents are records, byte for byte.
package struct BulkActions: Sendable {
    /// What one action comes to, in the order of the body.
    package struct Item: Sendable, Equatable {
        /// As written: `index`, `create`, and others, which are refused.
        var action: String
        var index: String?
        var id: String?
        /// Nil: the document is a record.
        package var error: Failure?
    }

    package enum Failure: Sendable, Equatable {
        /// A log is only added to.
        case unsupportedAction
        /// The document is not one JSON object.
        case badDocument(FormatError)

        var type: String {
            switch self {
            case .unsupportedAction: "illegal_argument_exception"
            case .badDocument: "document_parsing_exception"
            }
        }

        var reason: String {
            switch self {
            case .unsupportedAction: "only index and create are taken here"
            case .badDocument(let error): error.description
            }
        }
    }

    /// More in one request are refused: each has an answer.
    static let maximumItems = 200_000

    package private(set) var items: [Item] = []
    package private(set) var cuts: RecordCuts

    /// - Throws: where the lines are no actions and documents; nothing of the body is taken then.
    package init(_ body: Arena, maximumRecordBytes: Int) throws(FormatError) {
        cuts = RecordCuts(body, maximumRecordBytes: maximumRecordBytes)
        let bytes = body.slice(0, body.count)
        guard bytes.last == 0x0A else { throw FormatError("the request must end with a line feed", at: bytes.count) }
        var lines: [Range<Int>] = []
        JSONRecords.forEachLine(bytes) { lines.append($0) }
        var next = 0
        while next < lines.count {
            let line = lines[next]
            next += 1
            if line.isEmpty { continue }
            guard items.count < Self.maximumItems else {
                throw FormatError("more than \(Self.maximumItems) actions in one request", at: line.lowerBound, line: next)
            }
            do throws(FormatError) {
                var item = try Self.action(bytes, line)
                if item.action == "delete" {
                    item.error = .unsupportedAction
                } else {
                    guard next < lines.count else { throw FormatError("the action has no document", at: line.lowerBound) }
                    let document = lines[next]
                    next += 1
                    take(document, bytes, number: next, for: &item)
                }
                items.append(item)
            } catch {
                throw FormatError(error.reason, at: error.offset, line: next)
            }
        }
    }

    private mutating func take(_ line: Range<Int>, _ bytes: UnsafeRawBufferPointer, number: Int, for item: inout Item) {
        guard item.action == "index" || item.action == "create" else {
            item.error = .unsupportedAction
            return
        }
        do throws(FormatError) {
            cuts.append(try Self.object(bytes, line))
        } catch {
            item.error = .badDocument(FormatError(error.reason, at: error.offset, line: number))
        }
    }

    /// The one object that a line is.
    private static func object(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(FormatError) -> Range<Int> {
        // Within the line alone: an object that goes on in the next one is none.
        let text = UnsafeRawBufferPointer(rebasing: bytes[..<line.upperBound])
        let grammar = JSONGrammar(text)
        let start = grammar.skipSpace(line.lowerBound)
        guard start < text.count, text[start] == UInt8(ascii: "{") else { throw FormatError("expected an object", at: start) }
        let end = try grammar.valueEnd(start)
        guard grammar.skipSpace(end) == text.count else { throw FormatError("bytes after the object", at: end) }
        return start..<end
    }

    /// `{"index":{"_index":"logs","_id":"1"}}`
    private static func action(_ bytes: UnsafeRawBufferPointer, _ line: Range<Int>) throws(FormatError) -> Item {
        let object = try object(bytes, line)
        let members = JSONMembers(bytes, at: object.lowerBound)
        var item: Item?
        try members.forEach { (name, value) throws(FormatError) in
            guard item == nil else { throw FormatError("an action line has one action", at: name.lowerBound) }
            guard bytes[value.lowerBound] == UInt8(ascii: "{") else {
                throw FormatError("an action is an object", at: value.lowerBound)
            }
            let name = String(decoding: bytes[name], as: UTF8.self)
            guard ["index", "create", "update", "delete"].contains(name) else {
                throw FormatError("the action is none of index, create, update, delete", at: object.lowerBound)
            }
            let target = JSONMembers(bytes, at: value.lowerBound)
            item = Item(
                action: name, index: target.string(try target.value("_index")), id: target.string(try target.value("_id")))
        }
        guard let item else { throw FormatError("an action line has one action", at: object.lowerBound) }
        return item
    }
}
