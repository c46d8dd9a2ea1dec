import EventModel

/// A record's JSON text with placeholders within its strings. A string that is a number's placeholder and nothing else becomes a
/// number.
public struct DrillTemplate: Sendable, Equatable {
    /// What may stand between `{{` and `}}`.
    public enum Name: String, Sendable, CaseIterable {
        /// RFC 3339, in UTC, with milliseconds.
        case time
        /// Numbers since 1970.
        case timeSeconds = "time_seconds"
        case timeMilliseconds = "time_milliseconds"
        /// A UUID, different for every record.
        case id
        /// The number of the record in its step, from 1.
        case n
        /// The e-mail address of whoever is said to attack; ends in `@drill.invalid`.
        case actor
        /// What tells the drill's records from all others.
        case marker
        /// A network address of 192.0.2.0/24 (RFC 5737).
        case address

        var isNumber: Bool { self == .timeSeconds || self == .timeMilliseconds || self == .n }
    }

    enum Piece: Sendable, Equatable {
        case literal(String)
        /// Within a string.
        case text(Name)
        /// In place of a string.
        case number(Name)
    }

    public static let maximumBytes = 16 << 10

    let pieces: [Piece]

    /// The placeholders of a JSON text, which the caller vouches for.
    public init(json: String) throws(DrillTemplateError) {
        guard json.utf8.count <= DrillTemplate.maximumBytes else { throw .tooLong }
        var pieces: [Piece] = []
        var literal = ""
        var rest = json[...]
        while let start = rest.firstRange(of: "{{") {
            // `{"a":{"b":{}}}` has no such marks but within strings: an object's brace is followed by a quote or by its end.
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { throw .unterminated }
            let word = rest[start.upperBound..<end.lowerBound].filter { $0 != " " }
            guard let name = Name(rawValue: word) else { throw .unknown(word) }
            literal += rest[..<start.lowerBound]
            rest = rest[end.upperBound...]
            if name.isNumber, literal.hasSuffix("\""), !literal.hasSuffix("\\\""), rest.hasPrefix("\"") {
                pieces += [.literal(String(literal.dropLast())), .number(name)]
                rest = rest.dropFirst()
            } else {
                pieces += [.literal(literal), .text(name)]
            }
            literal = ""
        }
        pieces.append(.literal(literal + rest))
        self.pieces = pieces
    }

    /// Whether what it makes can be told from real records.
    public var isMarked: Bool { pieces.contains(.text(.actor)) || pieces.contains(.text(.marker)) }

    func json(_ value: (Name) -> String) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .number(let name): value(name)
            case .text(let name): DrillTemplate.escaped(value(name))
            }
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(writer.text.dropFirst().dropLast())
    }
}

/// Why a text is no template.
public enum DrillTemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooLong
    case unterminated
    case unknown(String)

    public var description: String {
        switch self {
        case .tooLong: return "the record is longer than \(DrillTemplate.maximumBytes) bytes"
        case .unterminated: return "\"{{\" has no \"}}\" in the same text"
        case .unknown(let name):
            let names = DrillTemplate.Name.allCases.map(\.rawValue)
            let hint = NearestName.find(name, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
            return "nothing is called \"\(InertText.plain(name))\"; there are \(names.joined(separator: ", "))\(hint)"
        }
    }
}
