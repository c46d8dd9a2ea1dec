import EventModel
import LocatedYAML

/// Reads a pattern as a mapping file writes it, and says what is wrong with it.
struct LinePatternParser {
    enum Flaw: Error, Equatable {
        case at(Int, String)

        var message: String { switch self { case .at(_, let text): text } }
        var offset: Int { switch self { case .at(let offset, _): offset } }
    }

    static let maximumLength = 1_024

    /// What a pattern is made of; a capture's name is empty for what is passed over.
    enum Piece: Equatable {
        case literal(String)
        case capture(name: String, LinePattern.Kind, isOptional: Bool)
        case tail
    }

    /// - Throws: the first flaw, with the character at which it stands.
    static func pieces(_ text: String) throws(Flaw) -> [Piece] {
        let characters = Array(text)
        guard !characters.isEmpty else { throw .at(0, "a pattern without text matches nothing") }
        guard text.utf8.count <= maximumLength else { throw .at(0, "a pattern has at most \(maximumLength) bytes") }
        var pieces: [Piece] = []
        var literal = ""
        var index = 0
        func isCapture(_ piece: Piece?) -> Bool { if case .capture = piece { true } else { false } }
        while index < characters.count {
            switch characters[index] {
            case "\\":
                guard index + 1 < characters.count, "{}*\\".contains(characters[index + 1]) else {
                    throw .at(index, "a \"\\\" stands before one of { } * \\, to mean that character itself")
                }
                literal.append(characters[index + 1])
                index += 2
            case "{":
                guard let close = characters[index...].firstIndex(of: "}") else {
                    throw .at(index, "this \"{\" has no \"}\"; write \"\\{\" for the character itself")
                }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                let piece = try capture(String(characters[(index + 1)..<close]), at: index)
                if literal.isEmpty, isCapture(pieces.last) {
                    throw .at(index, "two captures need text between them, or nobody knows where the first one ends")
                }
                literal = ""
                pieces.append(piece)
                index = close + 1
            case "}":
                throw .at(index, "this \"}\" has no \"{\"; write \"\\}\" for the character itself")
            case "*":
                guard index + 1 == characters.count else {
                    throw .at(index, "a \"*\" is the rest of the line and stands last; write \"\\*\" for the character itself")
                }
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.tail)
                index += 1
            default:
                literal.append(characters[index])
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        try check(pieces, count: characters.count)
        return pieces
    }

    private static func check(_ pieces: [Piece], count: Int) throws(Flaw) {
        var captures = 0
        for (index, piece) in pieces.enumerated() {
            guard case .capture(_, let kind, _) = piece else { continue }
            captures += 1
            if kind == .text || kind == .long, index + 1 < pieces.count, pieces[index + 1] == .tail {
                throw .at(count - 1, "the capture before this \"*\" takes the rest of the line; give it a kind such as :word")
            }
            if kind == .rest, index + 1 < pieces.count { throw .at(count, "after a capture of the rest nothing can stand") }
        }
        if captures > LinePattern.maximumCaptures {
            throw .at(count, "a pattern has at most \(LinePattern.maximumCaptures) captures")
        }
        if pieces == [.tail] { throw .at(0, "\"*\" alone takes every line: leave such lines to the default") }
    }

    /// `name`, `name:kind`, `name?`, `name:kind?`; without a name, the value is passed over.
    private static func capture(_ text: String, at index: Int) throws(Flaw) -> Piece {
        let isOptional = text.hasSuffix("?")
        let parts = (isOptional ? String(text.dropLast()) : text).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false
        ).map(String.init)
        let name = parts[0]
        guard name.isEmpty || VendorPath(name).map({ $0.selector == nil }) == true else {
            throw .at(index + 1, "\"\(name)\" is no name of a field: write a.b.c")
        }
        guard parts.count > 1 else { return .capture(name: name, .text, isOptional: isOptional) }
        guard let kind = LinePattern.Kind(rawValue: parts[1]) else {
            let known = LinePattern.Kind.allCases.map(\.rawValue)
            let hint = Suggestion.hint(for: parts[1], among: known)
            let listed = hint.isEmpty ? "; known are \(known.joined(separator: ", "))" : hint
            throw .at(index + 2 + name.count, "unknown kind of capture \"\(parts[1])\"\(listed)")
        }
        return .capture(name: name, kind, isOptional: isOptional)
    }
}
