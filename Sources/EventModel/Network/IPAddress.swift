// Hot path.

/// An IPv4 or IPv6 address as a number.
///
/// IPv4-mapped IPv6 addresses (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) are the IPv4 address they carry: products write the
/// same peer in either form, and a rule must match both.
public struct IPAddress: Sendable, Hashable {
    /// The upper 64 bits of an IPv6 address; 0 for IPv4.
    public let high: UInt64
    /// The lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address.
    public let low: UInt64
    /// Whether this is an IPv4 address, mapped ones included.
    public let isV4: Bool

    /// The IPv4 address with these 32 bits, the first octet in the highest.
    public init(v4 bits: UInt32) {
        self.init(high: 0, low: UInt64(bits), isV4: true)
    }

    private init(high: UInt64, low: UInt64, isV4: Bool) {
        self.high = high
        self.low = low
        self.isV4 = isV4
    }

    /// The IPv6 address with these 128 bits; IPv4 if they are an IPv4-mapped address.
    public init(high: UInt64, low: UInt64) {
        if high == 0 && low &>> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(high: high, low: low, isV4: false)
        }
    }

    /// Reads an address from its text: four decimal octets without leading zeros, or IPv6 as in RFC 4291 section 2.2 (`::` once,
    /// the last 32 bits perhaps as IPv4). Nil for anything else: zone ids, brackets, ports, blanks.
    public init?(_ text: UnsafeRawBufferPointer) {
        // The longest text is 45 bytes (six groups and an IPv4 address); checked first so that long values cost nothing.
        guard text.count >= 2, text.count <= 45 else { return nil }
        if let bits = Self.readV4(text, from: 0) {
            self.init(v4: bits)
        } else if let bits = Self.readV6(text) {
            self.init(high: bits.high, low: bits.low)
        } else {
            return nil
        }
    }

    /// Reads an address from its text, by the same grammar.
    public init?(_ text: String) {
        var text = text
        guard let address = text.withUTF8({ IPAddress(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = address
    }

    /// The IPv4 address that fills `text` from `start` to its end.
    static func readV4(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt32? {
        guard text.count - start >= 7, text.count - start <= 15 else { return nil }
        var bits: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var octets = 0
        for index in start..<text.count {
            let byte = text[index]
            if byte >= 0x30 && byte <= 0x39 {
                // A leading zero would mean octal to some readers: refused, as inet_pton does.
                guard digits == 0 || octet != 0 else { return nil }
                octet = octet &* 10 &+ UInt32(byte &- 0x30)
                digits += 1
                guard octet <= 255 else { return nil }
            } else if byte == UInt8(ascii: ".") {
                guard digits > 0, octets < 3 else { return nil }
                bits = bits &<< 8 | octet
                octets += 1
                octet = 0
                digits = 0
            } else {
                return nil
            }
        }
        guard digits > 0, octets == 3 else { return nil }
        return bits &<< 8 | octet
    }

    /// The 128 bits of the IPv6 address that fills `text`, mapped addresses as they stand.
    static func readV6(_ text: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64)? {
        guard text.count >= 2, text.count <= 45 else { return nil }
        // Groups before `::` are shifted into `before`, those after it into `after`.
        var before = Bits128()
        var after = Bits128()
        var groups = 0
        var groupsBefore = -1
        var index = 0
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            groupsBefore = 0
            index = 2
        }
        while index < text.count {
            let start = index
            var group: UInt64 = 0
            while index < text.count, index - start < 5, let digit = hexDigit(text[index]) {
                group = group &<< 4 | digit
                index += 1
            }
            if index < text.count && text[index] == UInt8(ascii: ".") {
                guard groups <= 6, let v4 = readV4(text, from: start) else { return nil }
                append(UInt64(v4 &>> 16))
                append(UInt64(v4 & 0xffff))
                index = text.count
                break
            }
            guard index > start, index - start <= 4, groups < 8 else { return nil }
            append(group)
            if index == text.count { break }
            guard text[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            // A single colon must be followed by a group.
            guard index < text.count else { return nil }
            if text[index] == UInt8(ascii: ":") {
                guard groupsBefore < 0 else { return nil }
                groupsBefore = groups
                index += 1
            }
        }
        func append(_ group: UInt64) {
            if groupsBefore < 0 { before.shift(in: group) } else { after.shift(in: group) }
            groups += 1
        }
        if groupsBefore < 0 { return groups == 8 ? (before.high, before.low) : nil }
        // `::` stands for at least one group of zeros.
        guard groups <= 7 else { return nil }
        for _ in groupsBefore..<8 { before.shift(in: 0) }
        return (before.high | after.high, before.low | after.low)
    }

    private struct Bits128 {
        var high: UInt64 = 0
        var low: UInt64 = 0

        mutating func shift(in group: UInt64) {
            high = high &<< 16 | low &>> 48
            low = low &<< 16 | group
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 0x30...0x39: UInt64(byte &- 0x30)
        case 0x41...0x46: UInt64(byte &- 0x41 &+ 10)
        case 0x61...0x66: UInt64(byte &- 0x61 &+ 10)
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or RFC 5952 (lower case, the longest run of two or more zero groups as `::`).
    public var description: String {
        if isV4 {
            let octets = [24, 16, 8, 0].map { (shift: UInt64) -> String in String(low >> shift & 0xff) }
            return octets.joined(separator: ".")
        }
        let shifts: [UInt64] = [48, 32, 16, 0]
        let groups: [UInt64] = shifts.map { high >> $0 & 0xffff } + shifts.map { low >> $0 & 0xffff }
        var run = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(run.count, 1) { run = start..<index }
            start = index + 1
        }
        func text(_ part: ArraySlice<UInt64>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        return run.isEmpty ? text(groups[...]) : text(groups[..<run.lowerBound]) + "::" + text(groups[run.upperBound...])
    }
}
