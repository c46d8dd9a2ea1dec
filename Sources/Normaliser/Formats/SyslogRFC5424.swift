// Hot path.

/// The header of RFC 5424, section 6, after its PRI.
extension SyslogFrame {
    /// The longest that section 6 lets each field be, in bytes.
    private static let hostnameLimit = 255
    private static let appNameLimit = 48
    private static let procIDLimit = 128
    private static let msgIDLimit = 32

    /// VERSION and its space at `start`: the place after them, or nil if the frame does not claim to be RFC 5424.
    static func rfc5424Version(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        guard start + 1 < bytes.count, bytes[start] &- 0x31 <= 8 else { return nil }
        var index = start + 1
        while index < bytes.count, index < start + 3, bytes[index].isDigit { index += 1 }
        guard index < bytes.count, bytes[index] == 0x20 else { return nil }
        // Cisco Meraki writes version 1 and then the time as a decimal number of seconds: not this grammar. The first test tells
        // nearly all other frames apart without reading a number: a date has `-` there.
        if index + 5 < bytes.count, bytes[index + 5].isDigit, SyslogTimestamp.epoch(bytes, index + 1) != nil { return nil }
        // `11 Oct 2024 22:14:15` is a day.
        if index + 1 < bytes.count, bytes[index + 1].isLetter, SyslogTimestamp.numbered(bytes, start) != nil { return nil }
        return index + 1
    }

    /// Reads TIMESTAMP to MSG. What breaks the grammar is flagged, and reading goes on at the next space.
    mutating func decodeRFC5424(_ bytes: SyslogBytes, from start: Int, _ clock: SyslogClock) {
        format = .rfc5424
        var index = decodeTimestamp(bytes, start, clock)
        hostname = headerField(bytes, &index, limit: SyslogFrame.hostnameLimit)
        appName = headerField(bytes, &index, limit: SyslogFrame.appNameLimit)
        procID = headerField(bytes, &index, limit: SyslogFrame.procIDLimit)
        msgID = headerField(bytes, &index, limit: SyslogFrame.msgIDLimit)
        guard index < bytes.count else {
            errors.insert(.headerField)
            message = ByteRange(from: bytes.count, to: bytes.count)
            return
        }
        index = decodeStructuredData(bytes, index)
        if index < bytes.count {
            if bytes[index] == 0x20 {
                index += 1
            } else {
                errors.insert(.structuredData)
            }
        }
        setMessage(bytes, from: index)
    }

    private mutating func decodeTimestamp(_ bytes: SyslogBytes, _ start: Int, _ clock: SyslogClock) -> Int {
        if start + 1 < bytes.count, bytes[start] == UInt8(ascii: "-"), bytes[start + 1] == 0x20 { return start + 2 }
        if let stamp = SyslogTimestamp.strict(bytes, start), stamp.end < bytes.count, bytes[stamp.end] == 0x20 {
            timestamp = stamp.instant(clock)
            timestampText = ByteRange(from: start, to: stamp.end)
            return stamp.end + 1
        }
        errors.insert(.timestamp)
        // One of another form is taken whole, also if it has a space in it.
        var end = bytes.tokenEnd(start)
        if let stamp = SyslogTimestamp.lenient(bytes, start), stamp.end == bytes.count || bytes[stamp.end] == 0x20 {
            end = stamp.end
            timestamp = stamp.instant(clock)
            timestampText = ByteRange(from: start, to: end)
        }
        return min(end + 1, bytes.count)
    }

    /// One field and the space after it.
    @inline(__always)
    private mutating func headerField(_ bytes: SyslogBytes, _ index: inout Int, limit: Int) -> ByteRange {
        let start = index
        var end = start
        while end < bytes.count, bytes[end].isPrintable { end += 1 }
        if end == bytes.count || bytes[end] != 0x20 {
            errors.insert(.headerField)
            end = bytes.tokenEnd(end)
        }
        index = min(end + 1, bytes.count)
        if end == start {
            errors.insert(.headerField)
            return .empty
        }
        if end == start + 1, bytes[start] == UInt8(ascii: "-") { return .empty }
        if end - start > limit {
            errors.insert(.fieldTooLong)
            return ByteRange(from: start, to: start + limit)
        }
        return ByteRange(from: start, to: end)
    }

    /// STRUCTURED-DATA: the place after it.
    private mutating func decodeStructuredData(_ bytes: SyslogBytes, _ start: Int) -> Int {
        if bytes[start] == UInt8(ascii: "-"), start + 1 == bytes.count || bytes[start + 1] == 0x20 { return start + 1 }
        guard bytes[start] == UInt8(ascii: "[") else {
            errors.insert(.structuredData)
            return start
        }
        let strict = StructuredData.scan(bytes, start)
        if let end = strict.end {
            if strict.hasDuplicateID { errors.insert(.duplicateSDID) }
            structuredData = ByteRange(from: start, to: end)
            return end
        }
        errors.insert(.structuredData)
        guard let end = StructuredData.recover(bytes, start) else { return start }
        structuredData = ByteRange(from: start, to: end)
        return end
    }
}
