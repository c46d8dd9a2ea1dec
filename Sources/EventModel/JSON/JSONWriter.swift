/// Writes JSON text (RFC 8259) piece by piece: commas and escapes are its work, the order of calls is the caller's.
///
/// ```swift
/// var json = JSONWriter()
/// json.beginObject()
/// json.member("id", "T1110")
/// json.key("count")
/// json.integer(10)
/// json.endObject()
/// json.text  // {"id":"T1110","count":10}
/// ```
/// Whatever bytes strings are given, the output is valid UTF-8: every byte that belongs to no character becomes U+FFFD.
public struct JSONWriter: Sendable {
    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var depth = 0

    /// A writer with room for that many bytes before it first grows.
    public init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    /// What has been written so far, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// The name of an object's next member; its value must follow.
    public mutating func key(_ name: String) {
        var name = name
        name.withUTF8 { key(UnsafeRawBufferPointer($0)) }
    }

    /// The name of an object's next member, from bytes; its value must follow.
    public mutating func key(_ name: UnsafeRawBufferPointer) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of an object's next member, as it stands between its quotes in JSON text already: the caller vouches for it.
    public mutating func rawKey(_ name: UnsafeRawBufferPointer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: "\":".utf8)
        needsComma = false
    }

    public mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { string(UnsafeRawBufferPointer($0)) }
    }

    /// A string of bytes that should be UTF-8.
    public mutating func string(_ value: UnsafeRawBufferPointer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(value)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func integer(_ value: some BinaryInteger) {
        guard let small = Int64(exactly: value) else { return ascii(String(value)) }
        separate()
        appendDigits(small)
    }

    /// A number; `null` for infinities and not-a-number, which JSON cannot write.
    public mutating func number(_ value: Double) { value.isFinite ? ascii(value.description) : null() }

    public mutating func bool(_ value: Bool) { ascii(value ? "true" : "false") }
    public mutating func null() { ascii("null") }

    /// A value that is JSON text already, copied as it is: the caller vouches for it.
    public mutating func raw(_ json: UnsafeRawBufferPointer) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// A value that is JSON text already, copied as it is: the caller vouches for it.
    public mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
    }

    /// Ends a line of JSON Lines: the next value is a document of its own.
    public mutating func newline() {
        precondition(depth == 0, "a line ends outside of containers")
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Forgets what was written, and keeps the room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
        depth = 0
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        precondition(depth > 0, "a container ends after it began")
        bytes.append(bracket)
        depth -= 1
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Without a `String`: documents of findings are mostly numbers.
    private mutating func appendDigits(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = bytes.count
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = quotient
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func ascii(_ value: String) {
        separate()
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func appendEscaped(_ value: UnsafeRawBufferPointer) {
        guard let start = value.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        let end = start + value.count
        var run = start
        var p = start
        while p < end {
            let byte = p.pointee
            if byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                p += 1
                continue
            }
            let length = byte < 0x80 ? 0 : UTF8Check.sequenceLength(p, end)
            if length > 0 {
                p += length
                continue
            }
            bytes.append(contentsOf: UnsafeBufferPointer(start: run, count: p - run))
            appendEscape(byte)
            p += 1
            run = p
        }
        bytes.append(contentsOf: UnsafeBufferPointer(start: run, count: end - run))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0x0a: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0c: bytes.append(contentsOf: #"\f"#.utf8)
        case 0x0d: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x00..<0x20:
            let digits: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: #"\u00"#.utf8)
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 0xf)])
        default: bytes.append(contentsOf: "\u{fffd}".utf8)
        }
    }
}

/// A member's name and value in one call.
extension JSONWriter {
    public mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    public mutating func member(_ name: String, _ value: some BinaryInteger) {
        key(name)
        integer(value)
    }

    public mutating func member(_ name: String, _ value: Double) {
        key(name)
        number(value)
    }

    public mutating func member(_ name: String, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// A member whose value is an array of strings.
    public mutating func member(_ name: String, strings: [String]) {
        key(name)
        beginArray()
        for value in strings { string(value) }
        endArray()
    }

    /// The member only if there is a value.
    public mutating func member(_ name: String, ifPresent value: String?) {
        if let value { member(name, value) }
    }
}
