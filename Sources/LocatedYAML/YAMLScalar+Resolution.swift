/// Plain scalars mean what YAML 1.1 says, in PyYAML's reading, because that is what public Sigma rules are written for:
/// `yes` and `off` are booleans, `0x1F`, `017`, `0b11` and `1:30` are integers, `1e3` is text (a float needs its dot).
extension YAMLScalar.Value {
    public init(plain text: String) {
        if let value = Self.word(text) {
            self = value
            return
        }
        guard let first = text.utf8.first, Self.startsNumber(first), text.utf8.count <= Self.maximumNumberLength else {
            self = .text
            return
        }
        self = Self.integer(Array(text.utf8)) ?? Self.float(Array(text.utf8)) ?? .text
    }

    /// Longer runs of digits are text: nobody means a number by them, and reading them costs time.
    private static let maximumNumberLength = 400

    private static func word(_ text: String) -> Self? {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .float(.infinity)
        case "-.inf", "-.Inf", "-.INF": .float(-.infinity)
        case ".nan", ".NaN", ".NAN": .float(.nan)
        default: nil
        }
    }

    private static func startsNumber(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    // MARK: Integers

    private static func integer(_ text: [UInt8]) -> Self? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard let first = digits.first, isDigit(first) else { return nil }
        if digits.contains(UInt8(ascii: ":")) { return sexagesimal(digits, isNegative: isNegative) }

        var radix = 10
        if first == UInt8(ascii: "0") && digits.count > 1 {
            let marker = digits[digits.startIndex + 1]
            switch marker {
            case UInt8(ascii: "x"): (radix, digits) = (16, digits.dropFirst(2))
            case UInt8(ascii: "b"): (radix, digits) = (2, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst(1))
            }
        }
        let bare = digits.filter { $0 != UInt8(ascii: "_") }
        guard !bare.isEmpty, bare.allSatisfy({ isDigit($0, radix: radix) }) else { return nil }
        let sign = isNegative ? "-" : ""
        if let value = Int64(sign + String(decoding: bare, as: UTF8.self), radix: radix) { return .integer(value) }
        if radix == 10, let value = Double(sign + String(decoding: bare, as: UTF8.self)) { return .float(value) }
        return .float(bare.reduce(0) { $0 * Double(radix) + Double(hexValue($1)) } * (isNegative ? -1 : 1))
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        let value = hexValue(byte)
        return value >= 0 && value < radix
    }

    private static func hexValue(_ byte: UInt8) -> Int {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: -1
        }
    }

    /// `[1-9][0-9_]*(:[0-5]?[0-9])+`: base 60, as in `1:30` for 90.
    private static func sexagesimal(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> Self? {
        guard digits.first != UInt8(ascii: "0") else { return nil }
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let value = sexagesimalValue(parts) else { return nil }
        guard value < 0x1p63 else { return .float(isNegative ? -value : value) }
        return .integer(isNegative ? -Int64(value) : Int64(value))
    }

    private static func sexagesimalValue(_ parts: [ArraySlice<UInt8>]) -> Double? {
        guard let leading = parts.first?.filter({ $0 != UInt8(ascii: "_") }), !leading.isEmpty,
            leading.allSatisfy(isDigit(_:)), var value = Double(String(decoding: leading, as: UTF8.self))
        else { return nil }
        for part in parts.dropFirst() {
            guard (1...2).contains(part.count), part.allSatisfy(isDigit(_:)),
                let digit = Double(String(decoding: part, as: UTF8.self)), digit < 60
            else { return nil }
            value = value * 60 + digit
        }
        return value
    }

    // MARK: Floats

    private static func float(_ text: [UInt8]) -> Self? {
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        var whole = text[..<dot]
        var rest = text[(dot + 1)...]
        let isNegative = whole.first == UInt8(ascii: "-")
        if isNegative || whole.first == UInt8(ascii: "+") {
            whole.removeFirst()
            // PyYAML's pattern allows a sign only before a digit: `-.5` is text.
            guard !whole.isEmpty else { return nil }
        }
        if whole.contains(UInt8(ascii: ":")) { return sexagesimalFloat(whole, fraction: rest, isNegative: isNegative) }
        guard whole.isEmpty || isDigit(whole[whole.startIndex]) else { return nil }
        guard !whole.isEmpty || (rest.first.map(isDigit(_:)) ?? false) else { return nil }

        var exponent = "0"
        if let mark = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let written = rest[(mark + 1)...]
            guard let sign = written.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+"),
                written.count > 1, written.dropFirst().allSatisfy(isDigit(_:))
            else { return nil }
            exponent = String(decoding: written, as: UTF8.self)
            rest = rest[..<mark]
        }
        guard let digits = bareDigits(whole), let fraction = bareDigits(rest) else { return nil }
        let sign = isNegative ? "-" : ""
        return Double("\(sign)\(digits.isEmpty ? "0" : digits).\(fraction.isEmpty ? "0" : fraction)e\(exponent)").map(Self.float)
    }

    private static func sexagesimalFloat(_ whole: ArraySlice<UInt8>, fraction: ArraySlice<UInt8>, isNegative: Bool) -> Self? {
        let parts = whole.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let value = sexagesimalValue(parts), let digits = bareDigits(fraction),
            let part = Double("0.\(digits.isEmpty ? "0" : digits)")
        else { return nil }
        return .float(isNegative ? -(value + part) : value + part)
    }

    /// Digits without their underscores; nil if there is anything else among them.
    private static func bareDigits(_ bytes: ArraySlice<UInt8>) -> String? {
        let bare = bytes.filter { $0 != UInt8(ascii: "_") }
        return bare.allSatisfy(isDigit(_:)) ? String(decoding: bare, as: UTF8.self) : nil
    }
}
