public import EventModel

// Hot path.

/// One decoded syslog frame: where its parts lie in the record's bytes. No part is copied.
///
/// Reads RFC 5424, RFC 3164 and their dialects. A frame that is neither keeps all of its bytes as `message`, with an error.
public struct SyslogFrame: Sendable, Equatable {
    /// Which grammar the frame follows.
    public enum Format: UInt8, Sendable {
        case none = 0
        case rfc5424 = 1
        case rfc3164 = 2
    }

    public internal(set) var format = Format.none
    /// RFC 5424, table 1. User (1) when the frame has no priority, as RFC 3164, section 4.3.3, has relays write.
    public internal(set) var facility: UInt8 = 1
    /// RFC 5424, table 2. Notice (5) when the frame has no priority.
    public internal(set) var severity: UInt8 = 5
    /// Whether the sender gave facility and severity.
    public internal(set) var hasPriority = false
    /// Whether a byte order mark stands before `message` (RFC 5424, section 6.4); it is not part of `message`.
    public internal(set) var hasByteOrderMark = false
    public internal(set) var errors: SyslogErrors = []
    public internal(set) var hostname = ByteRange.empty
    /// APP-NAME, or the program in RFC 3164's TAG, or the message code of a Cisco device.
    public internal(set) var appName = ByteRange.empty
    public internal(set) var procID = ByteRange.empty
    public internal(set) var msgID = ByteRange.empty
    /// All structured data elements with their brackets.
    public internal(set) var structuredData = ByteRange.empty
    /// The message without a byte order mark before it and line ends after it. May be empty.
    public internal(set) var message = ByteRange.empty
    public internal(set) var timestampText = ByteRange.empty
    /// The sender's time, if it gave one that is valid.
    public internal(set) var timestamp: Timestamp?

    /// Decodes one frame, in one pass and without allocating.
    ///
    /// - Parameters:
    ///   - bytes: the frame without its framing; bytes from 4 GiB on are not looked at.
    ///   - receivedAt: gives a stamp without a year the year that brings it nearest.
    ///   - zone: local time at the sender, for a stamp without an offset.
    public static func decode(
        _ bytes: UnsafeRawBufferPointer, receivedAt: Timestamp, zone: ZoneOffsets = .utc
    ) -> SyslogFrame {
        var frame = SyslogFrame()
        guard let base = bytes.baseAddress else {
            frame.errors = .empty
            return frame
        }
        var count = min(bytes.count, Int(UInt32.max))
        while count > 0, isLineEnd(base.load(fromByteOffset: count - 1, as: UInt8.self)) { count -= 1 }
        let view = SyslogBytes(base: base, count: count)
        guard count > 0 else {
            frame.errors = .empty
            return frame
        }
        frame.decodeHeader(view, SyslogClock(receivedAt: receivedAt, zone: zone))
        return frame
    }

    /// The JSON document in the message: what follows the cookie `@cee:` if there is one, else the message itself, spaces
    /// before it left out. Whether it is JSON is for the JSON scanner to say.
    public func body(in bytes: UnsafeRawBufferPointer) -> ByteRange {
        guard let base = bytes.baseAddress, message.end <= bytes.count else { return message }
        let view = SyslogBytes(base: base, count: message.end)
        var start = view.skipSpaces(message.start)
        if view.has("@cee:", at: start) { start = view.skipSpaces(start + 5) }
        return ByteRange(from: start, to: message.end)
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

    @inline(__always)
    private mutating func decodeHeader(_ bytes: SyslogBytes, _ clock: SyslogClock) {
        let first = bytes[0]
        if first == UInt8(ascii: "<") {
            guard let after = decodePriority(bytes) else {
                errors.insert(.priority)
                setMessage(bytes, from: 0)
                return
            }
            if let field = SyslogFrame.rfc5424Version(bytes, after) {
                decodeRFC5424(bytes, from: field, clock)
            } else if after < bytes.count, bytes[after] == 0x20, let field = SyslogFrame.rfc5424Version(bytes, after + 1),
                SyslogTimestamp.strict(bytes, field) != nil
            {
                errors.insert(.headerField)
                decodeRFC5424(bytes, from: field, clock)
            } else {
                decodeRFC3164(bytes, from: after, clock)
            }
        } else if first.isDigit, let field = SyslogFrame.rfc5424Version(bytes, 0),
            SyslogTimestamp.strict(bytes, field) != nil
        {
            errors.insert(.missingPriority)
            decodeRFC5424(bytes, from: field, clock)
        } else {
            decodeRFC3164(bytes, from: 0, clock)
        }
    }

    /// PRI (RFC 5424, section 6.2.1): the place after `>`, or nil if it is none.
    @inline(__always)
    private mutating func decodePriority(_ bytes: SyslogBytes) -> Int? {
        var index = 1
        var value = 0
        while index < bytes.count, index < 4, bytes[index].isDigit {
            value = value * 10 + Int(bytes.digit(index))
            index += 1
        }
        guard index > 1, index < bytes.count, bytes[index] == UInt8(ascii: ">"), value <= 191 else { return nil }
        hasPriority = true
        facility = UInt8(value >> 3)
        severity = UInt8(value & 7)
        return index + 1
    }

    /// Sets the message to all bytes from `start` on, less a byte order mark.
    mutating func setMessage(_ bytes: SyslogBytes, from start: Int) {
        var start = start
        if start + 3 <= bytes.count, bytes[start] == 0xef, bytes[start + 1] == 0xbb, bytes[start + 2] == 0xbf {
            hasByteOrderMark = true
            start += 3
        }
        message = ByteRange(from: start, to: bytes.count)
    }
}
