// Hot path.

/// The header of a Cisco device: `31: host: 000023: *Apr 29 13:58:46.411: %FACILITY-SEVERITY-MNEMONIC: text`, where a number, the
/// host, the stamp and the mark before it may each be missing.
///
/// Of IOS; with a colon first of NX-OS and of the ASA's EMBLEM format; with the node before the stamp of IOS XR
/// (`RP/0/RSP0/CPU0:Apr 29 …`). Devices without a clock write how long they have run instead (`1w2d`, `00:00:46`).
struct CiscoOrigin {
    private(set) var hostname = ByteRange.empty
    private(set) var isNumbered = false
    /// Nil where the device wrote none, or how long it has run.
    private(set) var stamp: SyslogTimestamp?
    private(set) var stampStart = 0
    /// The first byte after the header.
    private(set) var end = 0

    /// Nil if this is no such header. Without a stamp it is one only if a message's code follows.
    init?(_ bytes: SyslogBytes, _ start: Int) {
        var index = start
        if index < bytes.count, bytes[index] == UInt8(ascii: ":") { index = bytes.skipSpaces(index + 1) }
        index = readNumberAndHost(bytes, index)
        index = skipUnit(bytes, index)
        // `*`: the clock was never set; `.`: it was, but has lost its reference.
        if index < bytes.count, bytes[index] == UInt8(ascii: "*") || bytes[index] == UInt8(ascii: ".") { index += 1 }
        if let found = SyslogTimestamp.lenient(bytes, index), SyslogTimestamp.isStampEnd(bytes, found.end) {
            stamp = found
            stampStart = index
            end = bytes.skipSpaces(bytes.skipColon(bytes.skipSpaces(found.end)))
            return
        }
        end = CiscoOrigin.skipUptime(bytes, index)
        guard end > start, CiscoOrigin.isCode(bytes, end) else { return nil }
    }

    private mutating func readNumberAndHost(_ bytes: SyslogBytes, _ start: Int) -> Int {
        var index = start
        if let end = CiscoOrigin.sequence(bytes, index) {
            isNumbered = true
            index = end
        }
        guard let end = CiscoOrigin.host(bytes, index) else { return index }
        hostname = ByteRange(from: index, to: end)
        index = bytes.skipSpaces(end + 1)
        // The device's own number, after the one of its syslog.
        if let end = CiscoOrigin.sequence(bytes, index) {
            isNumbered = true
            index = end
        }
        return index
    }

    /// The code behind a header that a relay put its own before: `31: *Apr 29 13:58:46.411: %FACILITY-…`. Nil if there is none.
    static func relayed(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        guard start < bytes.count, bytes[start].isDigit || bytes[start] == UInt8(ascii: ":"),
            let inner = CiscoOrigin(bytes, start), isCode(bytes, inner.end)
        else { return nil }
        return inner.end
    }

    /// `%FACILITY-`
    static func isCode(_ bytes: SyslogBytes, _ index: Int) -> Bool {
        index + 1 < bytes.count && bytes[index] == UInt8(ascii: "%") && bytes[index + 1].isUppercase
    }

    /// A hostname before `: `: the place of the colon.
    static func host(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        let end = bytes.tokenEnd(start)
        guard end < bytes.count, end - start > 1, end - start <= SyslogHost.limit, bytes[end - 1] == UInt8(ascii: ":"),
            SyslogHost.range(bytes, start, end - 1) != nil, !isUptime(bytes, start, end - 1)
        else { return nil }
        return end - 1
    }

    /// `31: `: the place after it.
    private static func sequence(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        var index = start
        while index < bytes.count, index < start + 12, bytes[index].isDigit { index += 1 }
        guard index > start, index + 1 < bytes.count, bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == 0x20 else {
            return nil
        }
        return bytes.skipSpaces(index + 1)
    }

    /// What the message comes from within the device: a line card before `: ` and a stamp (`CLC 6/0`), or a node before `:` and a
    /// stamp, with the host before it or not (`r1 RP/0/RSP0/CPU0:`).
    private mutating func skipUnit(_ bytes: SyslogBytes, _ start: Int) -> Int {
        guard isNumbered, SyslogTimestamp.lenient(bytes, start) == nil else { return start }
        var colon = start
        while colon < bytes.count, colon - start <= 64, bytes[colon] != UInt8(ascii: ":"), bytes[colon] != UInt8(ascii: "%") {
            colon += 1
        }
        guard colon > start, colon - start <= 64, colon + 1 < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return start }
        if bytes[colon + 1] == 0x20 { return CiscoOrigin.isUptime(bytes, start, colon) ? start : bytes.skipSpaces(colon + 1) }
        guard SyslogTimestamp.lenient(bytes, colon + 1) != nil else { return start }
        let space = bytes.tokenEnd(start)
        if space < colon, let name = SyslogHost.range(bytes, start, space) { hostname = name }
        return colon + 1
    }

    /// The place after how long the device has run and its colon.
    private static func skipUptime(_ bytes: SyslogBytes, _ start: Int) -> Int {
        let end = bytes.tokenEnd(start)
        guard end < bytes.count, end - start > 1, bytes[end - 1] == UInt8(ascii: ":"), isUptime(bytes, start, end - 1) else {
            return start
        }
        return bytes.skipSpaces(end)
    }

    /// `1w2d`, `3d04h`, `00:00:46`
    private static func isUptime(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> Bool {
        guard end > start, end - start <= 12, bytes[start].isDigit else { return false }
        var marks = 0
        for index in start..<end {
            switch bytes[index] {
            case UInt8(ascii: "y"), UInt8(ascii: "w"), UInt8(ascii: "d"), UInt8(ascii: "h"), UInt8(ascii: ":"): marks += 1
            default: if !bytes[index].isDigit { return false }
            }
        }
        return marks > 0
    }
}
