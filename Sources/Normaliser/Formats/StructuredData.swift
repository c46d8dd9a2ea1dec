/// The structured data of RFC 5424, section 6.3.
///
/// `scan` and `recover` find its end on the hot path; `parse` reads it for people.
public struct StructuredData: Sendable, Equatable {
    /// One SD-ELEMENT.
    public struct Element: Sendable, Equatable {
        public var id: String
        /// In the order sent; a name may occur more than once.
        public var parameters: [Parameter]
    }

    /// One SD-PARAM.
    public struct Parameter: Sendable, Equatable {
        public var name: String
        /// As sent, escapes kept.
        public var text: String

        /// The value meant: `\"`, `\\` and `\]` stand for the character after the backslash (section 6.3.3).
        public var value: String {
            var value: [UInt8] = []
            var isEscaped = false
            for byte in text.utf8 {
                if isEscaped {
                    if !StructuredData.needsEscape(byte) { value.append(UInt8(ascii: "\\")) }
                    value.append(byte)
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else {
                    value.append(byte)
                }
            }
            if isEscaped { value.append(UInt8(ascii: "\\")) }
            return String(decoding: value, as: UTF8.self)
        }
    }

    public var elements: [Element]

    /// Elements and parameters beyond this many in one frame are left out by `parse`.
    public static let maximumEntries = 1_000

    /// Reads structured data that `SyslogFrame` found. Spaces around an `=`, which some senders write, are forgiven; an element
    /// that breaks the grammar in another way is left out.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> StructuredData {
        var parsed = StructuredData(elements: [])
        guard let base = bytes.baseAddress else { return parsed }
        let view = SyslogBytes(base: base, count: bytes.count)
        var entries = 0
        var index = 0
        while index < view.count, view[index] == UInt8(ascii: "["), entries < maximumEntries {
            var element = Element(id: "", parameters: [])
            let end = scanElement(view, index, forgivesSpaces: true) { kind, range in
                entries += 1
                guard entries <= maximumEntries else { return }
                let text = String(decoding: range.of(bytes), as: UTF8.self)
                switch kind {
                case .id: element.id = text
                case .name: element.parameters.append(Parameter(name: text, text: ""))
                case .value: element.parameters[element.parameters.count - 1].text = text
                }
            }
            if let end {
                parsed.elements.append(element)
                index = end
            } else {
                index = recover(view, index, stopsAfterOne: true) ?? view.count
            }
        }
        return parsed
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }
}

// Hot path.
extension StructuredData {
    private static let nameLimit = 32

    enum Part { case id, name, value }

    struct Scan {
        /// The place after the last `]`, or nil if the grammar is broken.
        var end: Int?
        var hasDuplicateID: Bool
        /// Whether every element has a parameter.
        var hasParameters: Bool
    }

    /// Reads elements from `start` on, strictly. Looks for duplicates among the first 16 identifiers.
    static func scan(_ bytes: SyslogBytes, _ start: Int) -> Scan {
        var result = Scan(end: nil, hasDuplicateID: false, hasParameters: true)
        var seen = InlineArray<16, ByteRange>(repeating: .empty)
        var count = 0
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: "[") {
            var id = ByteRange.empty
            var isBare = true
            guard let end = scanElement(bytes, index, forgivesSpaces: false, { kind, range in
                switch kind {
                case .id: id = range
                case .name: isBare = false
                case .value: break
                }
            }) else { return result }
            if isBare { result.hasParameters = false }
            for earlier in 0..<count where isSame(bytes, seen[earlier], id) { result.hasDuplicateID = true }
            if count < seen.count {
                seen[count] = id
                count += 1
            }
            index = end
        }
        result.end = index
        return result
    }

    /// One SD-ELEMENT at `start`: the place after its `]`, or nil.
    @inline(__always)
    private static func scanElement(
        _ bytes: SyslogBytes, _ start: Int, forgivesSpaces: Bool, _ visit: (Part, ByteRange) -> Void
    ) -> Int? {
        guard let idEnd = scanName(bytes, start + 1) else { return nil }
        visit(.id, ByteRange(from: start + 1, to: idEnd))
        var index = idEnd
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "]") { return index + 1 }
            guard bytes[index] == 0x20, let nameEnd = scanName(bytes, index + 1) else { return nil }
            let sign = forgivesSpaces ? bytes.skipSpaces(nameEnd) : nameEnd
            guard sign < bytes.count, bytes[sign] == UInt8(ascii: "=") else { return nil }
            let quote = forgivesSpaces ? bytes.skipSpaces(sign + 1) : sign + 1
            guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") else { return nil }
            visit(.name, ByteRange(from: index + 1, to: nameEnd))
            let valueStart = quote + 1
            var end = valueStart
            while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
                if bytes[end] == UInt8(ascii: "]") { return nil }
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard end < bytes.count else { return nil }
            visit(.value, ByteRange(from: valueStart, to: end))
            index = end + 1
        }
        return nil
    }

    /// SD-NAME: 1 to 32 printable characters without `=`, `]` and `"`.
    @inline(__always)
    private static func scanName(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        var index = start
        while index < bytes.count, bytes[index].isPrintable, bytes[index] != UInt8(ascii: "="),
            bytes[index] != UInt8(ascii: "]"), bytes[index] != UInt8(ascii: "\"")
        {
            index += 1
        }
        return index > start && index - start <= nameLimit ? index : nil
    }

    private static func isSame(_ bytes: SyslogBytes, _ a: ByteRange, _ b: ByteRange) -> Bool {
        guard a.length == b.length else { return false }
        for index in 0..<Int(a.length) where bytes[a.start + index] != bytes[b.start + index] { return false }
        return true
    }

    /// The likely end of structured data that breaks the grammar: a `]` outside of quotes with a space or nothing after it,
    /// else any such `]`. Nil if there is none.
    static func recover(_ bytes: SyslogBytes, _ start: Int, stopsAfterOne: Bool = false) -> Int? {
        closingBracket(bytes, start, heedsQuotes: true, stopsAfterOne: stopsAfterOne)
            ?? closingBracket(bytes, start, heedsQuotes: false, stopsAfterOne: stopsAfterOne)
    }

    private static func closingBracket(
        _ bytes: SyslogBytes, _ start: Int, heedsQuotes: Bool, stopsAfterOne: Bool
    ) -> Int? {
        var isQuoted = false
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "]") where !(heedsQuotes && isQuoted):
                let next = index + 1
                if next == bytes.count || bytes[next] == 0x20 || (stopsAfterOne && bytes[next] == UInt8(ascii: "[")) {
                    return next
                }
            default: break
            }
            index += 1
        }
        return nil
    }
}
