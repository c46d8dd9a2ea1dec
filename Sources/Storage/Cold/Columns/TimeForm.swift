import EventModel

// Hot path. Unsafe: `write` needs 32 bytes of room.

/// One way to write an instant: tells times as texts from the number that they are, and back, byte for byte.
struct TimeForm: Equatable {
    /// Digits of the fraction of a second, 0 to 6, or `epoch…`.
    var digits: Int
    /// What stands behind the seconds: nothing, `Z`.
    var hasZone: Bool

    static let epochSeconds = 7
    static let epochMilliseconds = 8
    static let epochMicroseconds = 9

    var byte: UInt8 { UInt8(digits) | (hasZone ? 0x80 : 0) }

    init(digits: Int, hasZone: Bool) {
        self.digits = digits
        self.hasZone = hasZone
    }

    init?(byte: UInt8) {
        self.init(digits: Int(byte & 0x7f), hasZone: byte & 0x80 != 0)
        guard digits <= Self.epochMicroseconds, !hasZone || digits < Self.epochSeconds else { return nil }
    }

    /// Microseconds in one unit of the last digit.
    var unit: Int64 {
        switch digits {
        case Self.epochSeconds: 1_000_000
        case Self.epochMilliseconds: 1_000
        case Self.epochMicroseconds: 1
        default: Self.powers[6 - digits]
        }
    }

    private static let powers: [Int64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    /// The form of a text, if it could be a time.
    static func guess(_ text: UnsafeRawBufferPointer) -> TimeForm? {
        guard text.count >= 10 else { return nil }
        if text.count < 19 || text[4] != UInt8(ascii: "-") {
            switch text.count {
            case 10: return TimeForm(digits: epochSeconds, hasZone: false)
            case 13: return TimeForm(digits: epochMilliseconds, hasZone: false)
            case 16: return TimeForm(digits: epochMicroseconds, hasZone: false)
            default: return nil
            }
        }
        let hasZone = text[text.count - 1] == UInt8(ascii: "Z")
        let fraction = text.count - 19 - (hasZone ? 1 : 0)
        guard fraction == 0 || (fraction >= 2 && fraction <= 7) else { return nil }
        return TimeForm(digits: max(fraction - 1, 0), hasZone: hasZone)
    }

    /// The instant, in microseconds, that writing gives back as exactly this text; nil if there is none.
    func parse(_ text: UnsafeRawBufferPointer, _ scratch: UnsafeMutablePointer<UInt8>) -> Int64? {
        var instant: Int64 = 0
        if digits >= Self.epochSeconds {
            guard let number = DecimalText.parse(text), number > 0, number < Int64.max / unit else { return nil }
            instant = number * unit
        } else {
            guard let time = RFC3339.parseAssumingUTC(text) else { return nil }
            instant = time.microseconds
        }
        let length = write(instant, to: scratch)
        guard length == text.count, text.elementsEqual(UnsafeRawBufferPointer(start: scratch, count: length)) else { return nil }
        return instant
    }

    /// What times of this form look like, with a zero for each digit; nil for numbers.
    var outline: [UInt8]? {
        guard digits < Self.epochSeconds else { return nil }
        let fraction = digits == 0 ? "" : "." + String(repeating: "0", count: digits)
        return Array("0000-00-00T00:00:00\(fraction)\(hasZone ? "Z" : "")".utf8)
    }

    /// Writes the instant cut to the unit; 0 if the form cannot write it. Returns the number of bytes.
    func write(_ instant: Int64, to p: UnsafeMutablePointer<UInt8>) -> Int {
        if digits >= Self.epochSeconds { return DecimalText.write(Self.floor(instant, unit) / unit, to: p) }
        // The years 0 to 9999.
        guard instant >= -62_167_219_200_000_000, instant <= 253_402_300_799_999_999 else { return 0 }
        let seconds = Self.floor(instant, 1_000_000) / 1_000_000
        let day = Self.floor(seconds, 86_400) / 86_400
        let second = Int(seconds - day * 86_400)
        let date = CivilDate(daysSinceEpoch: Int(day))
        Self.pair(date.year / 100, p)
        Self.pair(date.year % 100, p + 2)
        p[4] = UInt8(ascii: "-")
        Self.pair(date.month, p + 5)
        p[7] = UInt8(ascii: "-")
        Self.pair(date.day, p + 8)
        p[10] = UInt8(ascii: "T")
        Self.pair(second / 3_600, p + 11)
        p[13] = UInt8(ascii: ":")
        Self.pair(second / 60 % 60, p + 14)
        p[16] = UInt8(ascii: ":")
        Self.pair(second % 60, p + 17)
        var length = 19
        if digits > 0 {
            p[19] = UInt8(ascii: ".")
            var rest = (instant - seconds * 1_000_000) / unit
            for place in stride(from: 19 + digits, to: 19, by: -1) {
                p[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            length = 20 + digits
        }
        if hasZone {
            p[length] = UInt8(ascii: "Z")
            length += 1
        }
        return length
    }

    static func floor(_ number: Int64, _ unit: Int64) -> Int64 {
        let rest = number % unit
        return rest < 0 ? number &- rest &- unit : number &- rest
    }

    @inline(__always)
    private static func pair(_ number: Int, _ p: UnsafeMutablePointer<UInt8>) {
        p[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10)
        p[1] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10)
    }
}

/// Decimal integers as programs write them: no plus sign, no zeros in front.
enum DecimalText {
    static let maximumLength = 20

    static func parse(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard let first = text.first, text.count <= maximumLength else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        let digits = isNegative ? text.count - 1 : text.count
        guard digits > 0, digits <= 19 else { return nil }
        let lead = text[isNegative ? 1 : 0]
        if lead == UInt8(ascii: "0") && (digits > 1 || isNegative) { return nil }
        var number: UInt64 = 0
        for byte in text[(isNegative ? 1 : 0)...] {
            guard byte &- 0x30 < 10 else { return nil }
            number = number &* 10 &+ UInt64(byte &- 0x30)
        }
        guard number <= UInt64(Int64.max) else { return nil }
        return isNegative ? -Int64(number) : Int64(number)
    }

    /// Writes the number; needs 20 bytes of room. Returns the number of bytes.
    static func write(_ number: Int64, to p: UnsafeMutablePointer<UInt8>) -> Int {
        var rest = number.magnitude
        var length = number < 0 ? 1 : 0
        var scale = rest
        repeat {
            length += 1
            scale /= 10
        } while scale > 0
        if number < 0 { p[0] = UInt8(ascii: "-") }
        var place = length - 1
        repeat {
            p[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            place -= 1
        } while rest > 0
        return length
    }
}

/// Dotted IPv4 addresses as programs write them.
enum AddressText {
    static func parse(_ text: UnsafeRawBufferPointer) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var parts = 1
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, parts < 4 else { return nil }
                address = address << 8 | part
                part = 0
                digits = 0
                parts += 1
            } else {
                guard byte &- 0x30 < 10, digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte &- 0x30)
                digits += 1
                guard part <= 255 else { return nil }
            }
        }
        return parts == 4 && digits > 0 ? address << 8 | part : nil
    }

    /// Needs 15 bytes of room. Returns the number of bytes.
    static func write(_ address: UInt32, to p: UnsafeMutablePointer<UInt8>) -> Int {
        var length = 0
        for shift in [UInt32(24), 16, 8, 0] {
            length += DecimalText.write(Int64(address >> shift & 0xff), to: p + length)
            if shift > 0 {
                p[length] = UInt8(ascii: ".")
                length += 1
            }
        }
        return length
    }
}
