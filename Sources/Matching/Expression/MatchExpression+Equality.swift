// Two texts are equal to Swift when they are canonically equivalent, such as an e-acute in one character and in two. Values are
// compared byte by byte, so tests on such texts are different tests, and must not be taken for one when they are compiled.

extension TextPattern.Piece {
    public static func == (a: Self, b: Self) -> Bool {
        switch (a, b) {
        case (.literal(let one), .literal(let other)): one.utf8.elementsEqual(other.utf8)
        case (.anyRun, .anyRun), (.anyOne, .anyOne): true
        case (.literal, _), (.anyRun, _), (.anyOne, _): false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .literal(let text):
            hasher.combine(0)
            for byte in text.utf8 { hasher.combine(byte) }
            hasher.combine(0xff as UInt8)
        case .anyRun: hasher.combine(1)
        case .anyOne: hasher.combine(2)
        }
    }
}

extension RegexPattern {
    public static func == (a: Self, b: Self) -> Bool {
        a.source.utf8.elementsEqual(b.source.utf8) && a.ignoresCase == b.ignoresCase && a.isMultiline == b.isMultiline
            && a.dotMatchesNewline == b.dotMatchesNewline
    }

    public func hash(into hasher: inout Hasher) {
        for byte in source.utf8 { hasher.combine(byte) }
        hasher.combine(ignoresCase)
        hasher.combine(isMultiline)
        hasher.combine(dotMatchesNewline)
    }
}
