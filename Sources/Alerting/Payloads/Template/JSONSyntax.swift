/// Checks that bytes are one JSON text (RFC 8259), and says where they stop to be one.
package struct JSONSyntax {
    package struct Failure: Error, Equatable {
        package var offset: Int
        package var reason: String
    }

    private static let maximumDepth = 32

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil if the bytes are a JSON text. They must be valid UTF-8.
    package static func error(in bytes: [UInt8]) -> Failure? {
        var syntax = JSONSyntax(bytes)
        do throws(Failure) {
            try syntax.value(depth: 0)
            syntax.skipBlanks()
            if syntax.position < bytes.count { throw syntax.failure("there is more after its end") }
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ reason: String) -> Failure { Failure(offset: position, reason: reason) }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
    }

    private mutating func take(_ expected: Character) -> Bool {
        skipBlanks()
        guard byte == expected.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) {
        skipBlanks()
        guard depth <= JSONSyntax.maximumDepth else { throw failure("it is too deep") }
        guard let byte else { throw failure("a value is missing at its end") }
        switch byte {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        default: throw failure("a value is expected")
        }
    }

    private mutating func object(depth: Int) throws(Failure) {
        position += 1
        if take("}") { return }
        repeat {
            skipBlanks()
            guard byte == UInt8(ascii: "\"") else { throw failure("the name of a member is expected") }
            try string()
            guard take(":") else { throw failure("':' is expected") }
            try value(depth: depth + 1)
        } while take(",")
        guard take("}") else { throw failure("',' or '}' is expected") }
    }

    private mutating func array(depth: Int) throws(Failure) {
        position += 1
        if take("]") { return }
        repeat { try value(depth: depth + 1) } while take(",")
        guard take("]") else { throw failure("',' or ']' is expected") }
    }

    private mutating func word(_ word: StaticString) throws(Failure) {
        for index in 0..<word.utf8CodeUnitCount {
            guard byte == word.utf8Start[index] else { throw failure("a value is expected") }
            position += 1
        }
    }

    private mutating func string() throws(Failure) {
        position += 1
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case 0..<0x20: throw failure("a control character stands in a string")
            case UInt8(ascii: "\\"):
                position += 1
                try escape()
            default: position += 1
            }
        }
        throw failure("a string has no end")
    }

    private mutating func escape() throws(Failure) {
        guard let letter = byte, #""\/bfnrtu"#.utf8.contains(letter) else { throw failure("a string has an unknown escape") }
        position += 1
        guard letter == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let digit = byte, Character(Unicode.Scalar(digit)).isHexDigit else {
                throw failure("four digits must follow \\u")
            }
            position += 1
        }
    }

    private mutating func number() throws(Failure) {
        if byte == UInt8(ascii: "-") { position += 1 }
        let start = position
        try digits()
        if bytes[start] == UInt8(ascii: "0"), position - start > 1 {
            position = start
            throw failure("a number begins with 0")
        }
        if byte == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        guard let mark = byte, mark | 0x20 == UInt8(ascii: "e") else { return }
        position += 1
        if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
        try digits()
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte, byte >= 0x30, byte <= 0x39 { position += 1 }
        if position == start { throw failure("a digit is expected") }
    }
}
