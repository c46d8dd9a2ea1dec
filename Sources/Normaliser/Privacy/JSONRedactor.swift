import EventModel

/// Takes what privacy rules name out of a JSON document, and leaves every other byte as it is.
///
/// The document is one that the scanner has accepted. Names are compared as the scanner folds them, so that no escape and no case
/// hides a field.
package struct JSONRedactor {
    /// Deeper documents are none that the scanner accepts.
    private static let maximumDepth = 256

    private let bytes: UnsafeRawBufferPointer
    private let rules: PrivacyRules
    private let disguise: Disguise
    private var position = 0
    private var edits = ByteEdits()

    private init(_ bytes: UnsafeRawBufferPointer, _ rules: PrivacyRules, _ disguise: Disguise) {
        self.bytes = bytes
        self.rules = rules
        self.disguise = disguise
    }

    /// The document without what the rules name. Nil if it is no JSON after all.
    package static func redacted(_ bytes: UnsafeRawBufferPointer, _ rules: PrivacyRules, _ disguise: Disguise) -> [UInt8]? {
        var redactor = JSONRedactor(bytes, rules, disguise)
        guard (try? redactor.value(path: "", nil, depth: 0)) != nil else { return nil }
        return redactor.edits.applied(to: bytes)
    }

    private struct Malformed: Error {}

    // MARK: - Walking

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private func peek() throws -> UInt8 {
        guard position < bytes.count else { throw Malformed() }
        return bytes[position]
    }

    private mutating func expect(_ byte: UInt8) throws {
        guard try peek() == byte else { throw Malformed() }
        position += 1
    }

    private mutating func value(path: String, _ treatment: PrivacyRules.Treatment?, depth: Int) throws {
        guard depth < Self.maximumDepth else { throw Malformed() }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): try object(path: path, treatment, depth: depth)
        case UInt8(ascii: "["): try list(path: path, treatment, depth: depth)
        case UInt8(ascii: "\""):
            let range = try string()
            if let treatment { try replace(range, treatment) }
        default: try literal(treatment)
        }
        skipSpace()
    }

    private mutating func list(path: String, _ treatment: PrivacyRules.Treatment?, depth: Int) throws {
        try expect(UInt8(ascii: "["))
        skipSpace()
        if try peek() == UInt8(ascii: "]") { return position += 1 }
        while true {
            try value(path: path, treatment, depth: depth + 1)
            if try peek() == UInt8(ascii: "]") { return position += 1 }
            try expect(UInt8(ascii: ","))
        }
    }

    private mutating func object(path: String, _ treatment: PrivacyRules.Treatment?, depth: Int) throws {
        try expect(UInt8(ascii: "{"))
        skipSpace()
        if try peek() == UInt8(ascii: "}") { return position += 1 }
        /// The end of the last member, if one before it or itself stays: what goes takes the comma before it along.
        var keptEnd: Int?
        while true {
            skipSpace()
            let start = position
            let key = FieldCatalog.fold(try text(try string()))
            let member = path.isEmpty ? key : path + "." + key
            // A name with a dot in it is a path, as the scanner sees it.
            let named = key.contains(".") ? rules.treatment(ofValueAt: member) : rules.treatment(path: member, name: key)
            let own = named ?? treatment
            skipSpace()
            try expect(UInt8(ascii: ":"))
            let editsBefore = edits.count
            try value(path: member, own, depth: depth + 1)
            let end = position
            let isLast = try peek() == UInt8(ascii: "}")
            if !isLast {
                try expect(UInt8(ascii: ","))
                skipSpace()
            }
            if own == .drop {
                edits.removeLast(edits.count - editsBefore)
                // With the comma before it, or else with the one after it.
                edits.append((keptEnd ?? start)..<(keptEnd != nil || isLast ? end : position), [])
            }
            if own != .drop || keptEnd != nil { keptEnd = end }
            if isLast { return position += 1 }
        }
    }

    /// The string's content without its quotes.
    private mutating func string() throws -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while try peek() != UInt8(ascii: "\"") { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
        defer { position += 1 }
        return start..<position
    }

    private func text(_ range: Range<Int>) throws -> String {
        try JSONText.decoded(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// A number, `true`, `false` or `null`. Only numbers say anything of a person.
    private mutating func literal(_ treatment: PrivacyRules.Treatment?) throws {
        let start = position
        while position < bytes.count, ![0x2c, 0x5d, 0x7d, 0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
        guard position > start else { throw Malformed() }
        guard let treatment, bytes[start] == UInt8(ascii: "-") || bytes[start] &- 0x30 < 10 else { return }
        let number = String(decoding: bytes[start..<position], as: UTF8.self)
        let replacement = treatment == .mask ? "0" : quoted(disguise.text(number, treatment) ?? "")
        edits.append(start..<position, Array(replacement.utf8))
    }

    private mutating func replace(_ range: Range<Int>, _ treatment: PrivacyRules.Treatment) throws {
        guard let disguised = disguise.text(try text(range), treatment) else { return }  // Dropped with its member.
        edits.append((range.lowerBound - 1)..<(range.upperBound + 1), Array(quoted(disguised).utf8))
    }

    private func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return json.text
    }
}
