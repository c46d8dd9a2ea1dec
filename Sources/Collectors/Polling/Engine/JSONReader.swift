package import EventModel

/// Finds values in a JSON text (RFC 8259) without building anything: answers are ranges of its bytes.
///
/// Hostile input: every access is checked, nesting is bounded and takes no stack.
package struct JSONReader {
    package let bytes: [UInt8]
    private var position: Int
    private let end: Int
    private let maximumDepth: Int

    package init(_ bytes: [UInt8], in range: Range<Int>? = nil, maximumDepth: Int = 128) {
        self.bytes = bytes
        let range = (range ?? bytes.indices).clamped(to: bytes.indices)
        position = range.lowerBound
        end = range.upperBound
        self.maximumDepth = maximumDepth
    }

    /// The value at a path; nil if there is none. Of a repeated key the first counts.
    package static func value(
        _ bytes: [UInt8], in range: Range<Int>? = nil, at path: JSONPath, maximumDepth: Int = 128
    ) throws(JSONError) -> Range<Int>? {
        var reader = JSONReader(bytes, in: range, maximumDepth: maximumDepth)
        for key in path.keys {
            reader.skipSpace()
            guard reader.current == UInt8(ascii: "{") else { return nil }
            guard try reader.enter(key) else { return nil }
        }
        reader.skipSpace()
        let start = reader.position
        try reader.skipValue()
        return start..<reader.position
    }

    /// The items of a list; nil if the value is no list.
    package static func items(
        _ bytes: [UInt8], in range: Range<Int>? = nil, maximumItems: Int = .max, maximumDepth: Int = 128
    ) throws(JSONError) -> [Range<Int>]? {
        var reader = JSONReader(bytes, in: range, maximumDepth: maximumDepth)
        reader.skipSpace()
        guard reader.current == UInt8(ascii: "[") else { return nil }
        reader.position += 1
        var items: [Range<Int>] = []
        reader.skipSpace()
        if reader.current == UInt8(ascii: "]") { return items }
        while true {
            reader.skipSpace()
            let start = reader.position
            try reader.skipValue()
            guard items.count < maximumItems else { throw JSONError(.tooManyFields, at: start) }
            items.append(start..<reader.position)
            reader.skipSpace()
            switch reader.current {
            case UInt8(ascii: ","): reader.position += 1
            case UInt8(ascii: "]"): return items
            default: throw reader.unexpected()
            }
        }
    }

    /// Checks that the bytes are one value and nothing else.
    package static func check(_ bytes: [UInt8], maximumDepth: Int = 128) throws(JSONError) {
        var reader = JSONReader(bytes, maximumDepth: maximumDepth)
        try reader.skipValue()
        reader.skipSpace()
        if reader.current != nil { throw JSONError(.trailingBytes, at: reader.position) }
    }

    /// The text of a string, number or Boolean; nil for null, objects and lists.
    package static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        guard let first = bytes[range].first else { return nil }
        switch first {
        case UInt8(ascii: "\""): return unescaped(bytes[range].dropFirst().dropLast())
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"): return nil
        default: return String(decoding: bytes[range], as: UTF8.self)
        }
    }

    // MARK: - Moving

    private var current: UInt8? { position < end ? bytes[position] : nil }

    private func unexpected() -> JSONError { JSONError(position < end ? .unexpectedByte : .unexpectedEnd, at: position) }

    private mutating func skipSpace() {
        while position < end {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            position += 1
        }
    }

    /// From an object's brace to the value of one of its keys; false if it has none, after the object.
    private mutating func enter(_ key: String) throws(JSONError) -> Bool {
        position += 1
        skipSpace()
        if current == UInt8(ascii: "}") { return false }
        while true {
            skipSpace()
            let name = position
            try skipString()
            let text = bytes[name + 1..<position - 1]
            try skip(UInt8(ascii: ":"))
            if text.elementsEqual(key.utf8) || text.contains(UInt8(ascii: "\\")) && Self.unescaped(text) == key { return true }
            skipSpace()
            try skipValue()
            skipSpace()
            switch current {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"): return false
            default: throw unexpected()
            }
        }
    }

    private mutating func skip(_ byte: UInt8) throws(JSONError) {
        skipSpace()
        guard current == byte else { throw unexpected() }
        position += 1
    }

    private mutating func skipValue() throws(JSONError) {
        // The closing brackets that are due.
        var open: [UInt8] = []
        while true {
            skipSpace()
            guard let byte = current else { throw unexpected() }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < maximumDepth else { throw JSONError(.tooDeep, at: position) }
                position += 1
                open.append(byte + 2)
                skipSpace()
                if current == byte + 2 {
                    position += 1
                    open.removeLast()
                } else {
                    if byte == UInt8(ascii: "{") { try skipKey() }
                    continue
                }
            case UInt8(ascii: "\""): try skipString()
            default: try skipWord()
            }
            if try !skipToNext(&open) { return }
        }
    }

    /// After a value: on to the next within the open containers. False when none is open any more.
    private mutating func skipToNext(_ open: inout [UInt8]) throws(JSONError) -> Bool {
        while let close = open.last {
            skipSpace()
            if current == close {
                position += 1
                open.removeLast()
            } else {
                try skip(UInt8(ascii: ","))
                if close == UInt8(ascii: "}") {
                    skipSpace()
                    try skipKey()
                }
                return true
            }
        }
        return false
    }

    private mutating func skipKey() throws(JSONError) {
        try skipString()
        try skip(UInt8(ascii: ":"))
    }

    private mutating func skipString() throws(JSONError) {
        guard current == UInt8(ascii: "\"") else { throw unexpected() }
        position += 1
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return
            }
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        position = end
        throw JSONError(.unexpectedEnd, at: end)
    }

    private static let words = ["true", "false", "null"].map { Array($0.utf8) }

    private mutating func skipWord() throws(JSONError) {
        let start = position
        while position < end, Self.isWordByte(bytes[position]) { position += 1 }
        let word = bytes[start..<position]
        guard let first = word.first else { throw unexpected() }
        if first == UInt8(ascii: "-") || (0x30...0x39).contains(first) {
            let isNumber = word.dropFirst().allSatisfy { byte in
                (0x2b...0x39).contains(byte) && byte != 0x2c && byte != 0x2f || byte | 0x20 == UInt8(ascii: "e")
            }
            if !isNumber { throw JSONError(.badNumber, at: start) }
        } else if !Self.words.contains(where: { word.elementsEqual($0) }) {
            throw JSONError(.unexpectedByte, at: start)
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "E")
    }

    // MARK: - Strings

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                // Bytes of a character beyond ASCII are decoded together.
                var run = [byte]
                while let next = rest.first, next != UInt8(ascii: "\\") {
                    run.append(next)
                    rest = rest.dropFirst()
                }
                units += Array(String(decoding: run, as: UTF8.self).utf16)
                continue
            }
            switch escape {
            case UInt8(ascii: "n"): units.append(0x0a)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "r"): units.append(0x0d)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0c)
            case UInt8(ascii: "u"):
                units.append(UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xfffd)
                rest = rest.dropFirst(4)
            default: units.append(UInt16(escape))
            }
        }
        return String(decoding: units, as: UTF16.self)
    }
}
