package import EventModel
import FoundationEssentials

/// How far a stream has been read: the value of its `SourceCursor`, as JSON.
package struct StreamPosition: Sendable, Equatable, Codable {
    /// Where there is a window: up to where everything has been read, but for what is late. Else the newest event's time, to
    /// begin from anew if the API does not know the position any more. Microseconds since 1970.
    package var from: Timestamp
    /// What the API gave to go on from: a link.
    package var link: String?
    /// What the API gave to go on from: a token.
    package var cursor: String?

    package init(from: Timestamp, link: String? = nil, cursor: String? = nil) {
        self.from = from
        self.link = link
        self.cursor = cursor
    }

    package static func cursorName(source: Source, stream: String) -> String { "poll:\(source.name):\(stream)" }

    package func sourceCursor(name: String) -> SourceCursor {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding texts and integers cannot fail.
        let json = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return SourceCursor(name: name, value: json)
    }

    /// Throws when the text is not a position.
    package init(_ cursor: SourceCursor) throws {
        self = try JSONDecoder().decode(StreamPosition.self, from: Data(cursor.value.utf8))
    }

    var continuation: Continuation? { link.map { .link($0) } ?? cursor.map { .cursor($0) } }
}
