import EventModel

/// Single members of one JSON object, found where they stand.
struct JSONMembers {
    let bytes: UnsafeRawBufferPointer
    private let grammar: JSONGrammar
    let start: Int

    /// - Parameter start: where the object's `{` stands.
    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        self.bytes = bytes
        self.start = start
        grammar = JSONGrammar(bytes)
    }

    /// Looks at each member: the name between its quotes, as written, and the value. Returns the position after the object.
    @discardableResult
    func forEach(_ body: (_ name: Range<Int>, _ value: Range<Int>) throws(FormatError) -> Void) throws(FormatError) -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "{") else { throw FormatError("expected an object", at: start) }
        var p = grammar.skipSpace(start + 1)
        if p < bytes.count, bytes[p] == UInt8(ascii: "}") { return p + 1 }
        while true {
            let name = p
            p = try grammar.keyEnd(p)
            let nameEnd = try grammar.stringEnd(name) - 1
            let valueEnd = try grammar.valueEnd(p)
            try body(name + 1..<nameEnd, p..<valueEnd)
            p = grammar.skipSpace(valueEnd)
            guard p < bytes.count else { throw FormatError("the body ends within a value", at: bytes.count) }
            if bytes[p] == UInt8(ascii: "}") { return p + 1 }
            guard bytes[p] == UInt8(ascii: ",") else { throw FormatError("expected \",\" or \"}\"", at: p) }
            p = grammar.skipSpace(p + 1)
        }
    }

    /// The value of the last member of this name, as a reader that makes a dictionary would have it.
    func value(_ name: StaticString) throws(FormatError) -> Range<Int>? {
        var found: Range<Int>?
        try forEach { (key, value) throws(FormatError) in if equals(key, name) { found = value } }
        return found
    }

    func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount
            && bytes[range].elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The text of a value that is a string; nil if it is another kind of value.
    func string(_ value: Range<Int>?) -> String? {
        guard let value, value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: bytes[value.lowerBound + 1..<value.upperBound - 1])
        return try? JSONText.decoded(content)  // Not UTF-8: no text that could be compared with anything.
    }

    /// The elements of the array at `start`. Returns the position after it.
    @discardableResult
    static func elements(
        _ bytes: UnsafeRawBufferPointer, at start: Int, _ body: (_ element: Range<Int>) throws(FormatError) -> Void
    ) throws(FormatError) -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "[") else { throw FormatError("expected an array", at: start) }
        let grammar = JSONGrammar(bytes)
        var p = grammar.skipSpace(start + 1)
        if p < bytes.count, bytes[p] == UInt8(ascii: "]") { return p + 1 }
        while true {
            let end = try grammar.valueEnd(p)
            try body(p..<end)
            p = grammar.skipSpace(end)
            guard p < bytes.count else { throw FormatError("the body ends within an array", at: bytes.count) }
            if bytes[p] == UInt8(ascii: "]") { return p + 1 }
            guard bytes[p] == UInt8(ascii: ",") else { throw FormatError("expected \",\" or \"]\"", at: p) }
            p = grammar.skipSpace(p + 1)
        }
    }
}
