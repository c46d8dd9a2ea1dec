import EventModel

/// One line of a playbook: its own text, and the places where a finding's values go.
struct PlaybookText: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case literal(String)
        case placeholder(name: String, isCode: Bool)
    }

    var pieces: [Piece]

    func filled(_ values: PlaybookValues, for target: PlaybookTarget) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .placeholder(let name, let isCode): target.text(values.value(name), isCode: isCode)
            }
        }.joined()
    }

    /// As written, with the blanks of its placeholders made alike.
    var source: String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): text
            case .placeholder(let name, _): "{{ \(name) }}"
            }
        }.joined()
    }
}

/// Reads the placeholders of one line, and tells code from prose.
struct PlaybookTextReader {
    var names: Set<String>
    var line: Int
    /// How many characters stand before the text on its line.
    var indent: Int
    /// The whole line stands within a fenced block.
    var isFenced: Bool
    private(set) var problems: [PlaybookProblem] = []

    init(names: Set<String>, line: Int, indent: Int, isFenced: Bool) {
        self.names = names
        self.line = line
        self.indent = indent
        self.isFenced = isFenced
    }

    mutating func read(_ text: Substring) -> PlaybookText {
        var pieces: [PlaybookText.Piece] = []
        var literal = ""
        var rest = text
        // How many backticks opened the span that we are in (CommonMark 0.31.2, "Code spans").
        var opened = 0
        while let character = rest.first {
            if rest.hasPrefix("{{") {
                guard let name = readPlaceholder(&rest, in: text) else { continue }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.placeholder(name: name, isCode: isFenced || opened > 0))
                continue
            }
            if character == "\\", opened == 0, !isFenced {
                literal += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if character == "`", !isFenced {
                let run = rest.prefix { $0 == "`" }
                opened = opened == 0 ? run.count : opened == run.count ? 0 : opened
                literal += run
                rest = rest[run.endIndex...]
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if opened > 0 { problems.append(PlaybookProblem(line: line, "code begins on this line and does not end on it")) }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return PlaybookText(pieces: pieces)
    }

    /// Nil if it has no end. That is a problem, as is a name that nothing has.
    private mutating func readPlaceholder(_ rest: inout Substring, in text: Substring) -> String? {
        let column = text.distance(from: text.startIndex, to: rest.startIndex) + indent + 1
        guard let end = rest.firstRange(of: "}}") else {
            problems.append(PlaybookProblem(line: line, column: column, "\"{{\" has no \"}}\" on its line"))
            rest = rest[rest.endIndex...]
            return nil
        }
        let name = rest[..<end.lowerBound].dropFirst(2).split(separator: " ").joined(separator: " ")
        rest = rest[end.upperBound...]
        if !names.contains(name) {
            let hint = NearestName.find(name, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.append(PlaybookProblem(line: line, column: column, "nothing is called \"\(InertText.plain(name))\"\(hint)"))
        }
        return name
    }
}
