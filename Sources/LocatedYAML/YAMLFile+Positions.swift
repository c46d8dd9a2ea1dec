extension YAMLFile {
    /// Where the character at `offset` (in Unicode scalars) of a scalar's text is written.
    ///
    /// Folding and unindenting change only white space, so the place is found by counting the other characters. Exact but for
    /// double-quoted escapes that stand for white space.
    public func location(ofCharacter offset: Int, in node: YAMLNode) -> SourceLocation {
        guard let scalar = node.scalar else { return node.location }
        let characters = Array(scalar.text.unicodeScalars.prefix(offset + 1))
        let isSpace = characters.last.map { $0.properties.isWhitespace } ?? true
        let wanted = characters.count { !$0.properties.isWhitespace }

        var cursor = SourceCursor(text, startingAt: node.location)
        switch scalar.style {
        case .plain: break
        case .singleQuoted, .doubleQuoted: cursor.advance()
        case .literal, .folded: cursor.skipLine()
        }
        var place = cursor.location(in: path)
        var seen = 0
        while seen < wanted, let character = cursor.current {
            if scalar.style == .doubleQuoted && character == "\\" { cursor.advance() }
            if scalar.style == .singleQuoted && character == "'" { cursor.advance() }
            if !(cursor.current?.properties.isWhitespace ?? true) {
                seen += 1
                place = cursor.location(in: path)
            }
            cursor.advance()
        }
        // White space, and the end of the text, stand right after the last character counted.
        if isSpace || offset >= scalar.text.unicodeScalars.count, seen > 0 { place.column += 1 }
        return place
    }
}

/// Walks a UTF-8 text scalar by scalar and knows line and column, as YAML counts them.
private struct SourceCursor {
    private var rest: Substring.UnicodeScalarView
    private var line: Int
    private var column: Int

    init(_ text: [UInt8], startingAt location: SourceLocation) {
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: location.line - 1, omittingEmptySubsequences: false)
        let start = lines.count == location.line ? lines[location.line - 1] : []
        rest = Substring(String(decoding: start, as: UTF8.self)).unicodeScalars.dropFirst(location.column - 1)
        line = location.line
        column = location.column
    }

    var current: Unicode.Scalar? { rest.first }

    mutating func advance() {
        guard let character = rest.popFirst() else { return }
        if character == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
    }

    mutating func skipLine() {
        while let character = current {
            advance()
            if character == "\n" { return }
        }
    }

    func location(in file: String) -> SourceLocation { SourceLocation(file: file, line: line, column: column) }
}
