import EventModel

/// A second, plain implementation of RFC 8259 and of the flattening, to compare `JSONScanner` with. Nil for what is not JSON.
///
/// Written from the grammar, one function a production, on arrays and strings; shares nothing with the scanner.
struct ReferenceJSON {
    private let bytes: [UInt8]
    private var position = 0
    private var fields: [FlatField] = []

    private struct NotJSON: Error {}

    static func flatten(_ document: [UInt8]) -> [FlatField]? {
        var parser = ReferenceJSON(bytes: document)
        do {
            parser.whiteSpace()
            try parser.value(path: "", isNamed: true, inArray: false, isTop: true)
            parser.whiteSpace()
        } catch {
            return nil
        }
        return parser.position == document.count ? parser.fields : nil
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(character.value) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ text: String) throws {
        for character in text.unicodeScalars where !take(character) { throw NotJSON() }
    }

    // ws = *( %x20 / %x09 / %x0A / %x0D )
    private mutating func whiteSpace() {
        while let byte = current, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { position += 1 }
    }

    // value = false / null / true / object / array / number / string
    private mutating func value(path: String, isNamed: Bool, inArray: Bool, isTop: Bool = false) throws {
        let start = position
        func add(_ kind: FieldKind, _ text: [UInt8]) -> FlatField {
            FlatField(path: path, kind: kind, text: text, inArray: inArray)
        }
        switch current.map(Unicode.Scalar.init) {
        case "f":
            try expect("false")
            fields.append(add(.false, Array("false".utf8)))
        case "t":
            try expect("true")
            fields.append(add(.true, Array("true".utf8)))
        case "n":
            try expect("null")
            fields.append(add(.null, Array("null".utf8)))
        case "\"":
            let text = try string()
            fields.append(add(.string, text))
        case "{":
            if inArray { fields.append(FlatField(path: path, kind: .element, text: [])) }
            if try object(path: path, isNamed: isNamed, isTop: isTop) == 0 { fields.append(add(.emptyObject, Array("{}".utf8))) }
        case "[":
            if try array(path: path, isNamed: isNamed, isTop: isTop) == 0 { fields.append(add(.emptyArray, Array("[]".utf8))) }
        default:
            let isInteger = try number()
            fields.append(add(isInteger ? .integer : .float, Array(bytes[start..<position])))
        }
    }

    // object = begin-object [ member *( value-separator member ) ] end-object
    private mutating func object(path: String, isNamed: Bool, isTop: Bool) throws -> Int {
        try expect("{")
        whiteSpace()
        if take("}") { return 0 }
        var members = 0
        repeat {
            whiteSpace()
            let keyStart = position
            let key = try string()
            let rawLength = position - keyStart - 2
            whiteSpace()
            try expect(":")
            whiteSpace()
            let name = String(decoding: key, as: UTF8.self)
            let joined = isTop ? name : path + "." + name
            let isChildNamed = isNamed && rawLength <= 1024 && joined.utf8.count <= 1024 && !fold(joined).isEmpty
            try value(path: isChildNamed ? fold(joined) : "", isNamed: isChildNamed, inArray: false)
            whiteSpace()
            members += 1
        } while take(",")
        try expect("}")
        return members
    }

    private func fold(_ path: String) -> String {
        let kept = path.utf8.filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
        return String(decoding: kept.map(\.lowercased), as: UTF8.self)
    }

    // array = begin-array [ value *( value-separator value ) ] end-array
    private mutating func array(path: String, isNamed: Bool, isTop: Bool) throws -> Int {
        try expect("[")
        whiteSpace()
        if take("]") { return 0 }
        var members = 0
        repeat {
            whiteSpace()
            try value(path: path, isNamed: isNamed, inArray: true, isTop: isTop)
            whiteSpace()
            members += 1
        } while take(",")
        try expect("]")
        return members
    }

    // number = [ minus ] int [ frac ] [ exp ]
    private mutating func number() throws -> Bool {
        _ = take("-")
        if !take("0") { try digits() }
        var isInteger = true
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        return isInteger
    }

    private mutating func digits() throws {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        if position == start { throw NotJSON() }
    }

    // string = quotation-mark *char quotation-mark; UTF-16 code units from escapes, everything else by the standard library.
    private mutating func string() throws -> [UInt8] {
        try expect("\"")
        var text = ""
        var literal: [UInt8] = []
        var units: [UInt16] = []
        func literalText() throws -> String {
            guard let valid = String(validating: literal, as: UTF8.self) else { throw NotJSON() }
            return valid
        }
        while true {
            guard let byte = current, byte >= 0x20 else { throw NotJSON() }
            position += 1
            if byte == UInt8(ascii: "\\") && current == UInt8(ascii: "u") {
                text += try literalText()
                literal = []
                position += 1
                guard position + 4 <= bytes.count else { throw NotJSON() }
                let digits = bytes[position..<position + 4].map { Character(Unicode.Scalar($0)) }
                guard digits.allSatisfy({ $0.isASCII && $0.isHexDigit }), let unit = UInt16(String(digits), radix: 16) else {
                    throw NotJSON()
                }
                units.append(unit)
                position += 4
                continue
            }
            // Decoding UTF-16 repairs a lone surrogate to U+FFFD.
            text += String(decoding: units, as: UTF16.self)
            units = []
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                let escapes: [Character: UInt8] = [
                    "\"": 0x22, "\\": 0x5c, "/": 0x2f, "b": 0x08, "f": 0x0c, "n": 0x0a, "r": 0x0d, "t": 0x09,
                ]
                guard let next = current, let meaning = escapes[Character(Unicode.Scalar(next))] else { throw NotJSON() }
                position += 1
                literal.append(meaning)
            } else {
                literal.append(byte)
            }
        }
        text += try literalText()
        return Array(text.utf8)
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self + 32 : self }
}
