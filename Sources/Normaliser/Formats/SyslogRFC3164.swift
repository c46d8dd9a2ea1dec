// Hot path.

/// RFC 3164, section 4, in the forms that are really sent: the RFC describes, it does not prescribe.
extension SyslogFrame {
    /// RFC 3164 says 32; real programs have longer names.
    private static let tagLimit = 64
    private static let procIDLimit = 128

    /// Reads what follows the PRI, or a whole frame without one.
    mutating func decodeRFC3164(_ bytes: SyslogBytes, from start: Int, _ clock: SyslogClock) {
        var index = bytes.skipSpaces(start)
        // Meraki: `1 1563249630.774247467 host`.
        if hasPriority, index + 2 < bytes.count, bytes[index] == UInt8(ascii: "1"), bytes[index + 1] == 0x20,
            SyslogTimestamp.epoch(bytes, index + 2) != nil
        {
            index += 2
        }
        if let stamp = SyslogTimestamp.lenient(bytes, index), SyslogTimestamp.isStampEnd(bytes, stamp.end) {
            format = .rfc3164
            setTimestamp(stamp, from: index, clock)
            decodeOrigin(bytes, from: skipColon(bytes, stamp.end))
        } else if let origin = CiscoOrigin(bytes, index), hasPriority || origin.isNumbered {
            format = .rfc3164
            hostname = origin.hostname
            if let stamp = origin.stamp {
                setTimestamp(stamp, from: origin.stampStart, clock)
            } else {
                errors.insert(.missingTimestamp)
            }
            if origin.isNumbered || !origin.hostname.isEmpty {
                decodeCiscoMessage(bytes, from: origin.end)
            } else {
                decodeOrigin(bytes, from: origin.end)
            }
        } else if hasPriority {
            format = .rfc3164
            errors.insert(.missingTimestamp)
            decodeTag(bytes, from: index)
        } else {
            if !isPayload(bytes, index) { errors.insert(.noHeader) }
            setMessage(bytes, from: 0)
        }
    }

    private mutating func setTimestamp(_ stamp: SyslogTimestamp, from start: Int, _ clock: SyslogClock) {
        timestamp = stamp.instant(clock)
        timestampText = ByteRange(from: start, to: stamp.end)
    }

    private func skipColon(_ bytes: SyslogBytes, _ index: Int) -> Int { bytes.skipColon(index) }

    /// Whether a CEF or LEEF header starts here: formats of their own, which some send without syslog's header.
    private func isPayload(_ bytes: SyslogBytes, _ index: Int) -> Bool {
        bytes.has("CEF:", at: index) || bytes.has("LEEF:", at: index)
    }

    // MARK: Host

    /// Hostname and what follows it.
    private mutating func decodeOrigin(_ bytes: SyslogBytes, from start: Int) {
        var index = bytes.skipSpaces(start)
        // AIX relays.
        if bytes.has("Message forwarded from ", at: index) {
            let name = index + 23
            var end = name
            while end < bytes.count, bytes[end] != UInt8(ascii: ":"), bytes[end] != 0x20 { end += 1 }
            if end > name, end < bytes.count, bytes[end] == UInt8(ascii: ":") {
                hostname = ByteRange(from: name, to: min(end, name + SyslogHost.limit))
                decodeTag(bytes, from: bytes.skipSpaces(end + 1))
                return
            }
        }
        let end = bytes.tokenEnd(index)
        if let name = SyslogHost.range(bytes, index, end) {
            hostname = name
            index = bytes.skipSpaces(end)
            // Cisco: `host : %FTD-6-305012: …`
            if index + 1 < bytes.count, bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == 0x20 {
                decodeCiscoMessage(bytes, from: bytes.skipSpaces(index + 1))
                return
            }
            if let code = CiscoOrigin.relayed(bytes, index) {
                decodeCiscoMessage(bytes, from: code)
                return
            }
        } else if let end = CiscoOrigin.host(bytes, index), CiscoOrigin.isCode(bytes, bytes.skipSpaces(end + 1)) {
            // Cisco: `host: %ASA-6-302013: …`
            hostname = ByteRange(from: index, to: end)
            decodeCiscoMessage(bytes, from: bytes.skipSpaces(end + 1))
            return
        }
        decodeTag(bytes, from: index)
    }

    /// The code of a message, which is also the application's name, and stays in the message.
    private mutating func decodeCiscoMessage(_ bytes: SyslogBytes, from start: Int) {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "%") else { return decodeTag(bytes, from: start) }
        var end = start
        while end < bytes.count, end - start <= 128, bytes[end] != UInt8(ascii: ":"), bytes[end] != 0x20 { end += 1 }
        if end < bytes.count, bytes[end] == UInt8(ascii: ":") { appName = ByteRange(from: start, to: end) }
        setMessage(bytes, from: start)
    }

    // MARK: Tag and message

    /// TAG and CONTENT (RFC 3164, section 4.1.3).
    private mutating func decodeTag(_ bytes: SyslogBytes, from start: Int) {
        guard start < bytes.count, !isPayload(bytes, start) else {
            setMessage(bytes, from: min(start, bytes.count))
            return
        }
        var end = start
        while end < bytes.count, end - start <= SyslogFrame.tagLimit, isTagCharacter(bytes[end]) { end += 1 }
        guard end > start, end - start <= SyslogFrame.tagLimit, isTagStart(bytes[start]) else {
            setContent(bytes, from: start)
            return
        }
        let next = end < bytes.count ? bytes[end] : 0
        if next == UInt8(ascii: ":") {
            appName = ByteRange(from: start, to: end)
            setContent(bytes, from: afterTag(bytes, end))
        } else if next == UInt8(ascii: "["), let close = closeOfProcID(bytes, end) {
            appName = ByteRange(from: start, to: end)
            procID = ByteRange(from: end + 1, to: close)
            setContent(bytes, from: afterTag(bytes, close + 1))
        } else if next == 0x20, isBareTag(bytes, start, end) {
            appName = ByteRange(from: start, to: end)
            setContent(bytes, from: end + 1)
        } else {
            setContent(bytes, from: start)
        }
    }

    /// A program's name without a colon is told from a sentence's first word by what follows, or by Cisco's `%`.
    private func isBareTag(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> Bool {
        bytes[start] == UInt8(ascii: "%") || (end + 1 < bytes.count && bytes[end + 1] == UInt8(ascii: "["))
    }

    private func closeOfProcID(_ bytes: SyslogBytes, _ open: Int) -> Int? {
        var index = open + 1
        while index < bytes.count, index - open <= SyslogFrame.procIDLimit + 1, bytes[index] != UInt8(ascii: "]") {
            if bytes[index] == 0x20 { return nil }
            index += 1
        }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "]"), index - open <= SyslogFrame.procIDLimit + 1 else {
            return nil
        }
        let next = index + 1
        return next == bytes.count || bytes[next] == UInt8(ascii: ":") || bytes[next] == 0x20 ? index : nil
    }

    /// Past the colon and one space.
    private func afterTag(_ bytes: SyslogBytes, _ end: Int) -> Int {
        let index = skipColon(bytes, end)
        return index < bytes.count && bytes[index] == 0x20 ? index + 1 : index
    }

    private func isTagStart(_ byte: UInt8) -> Bool {
        // `(systemd)[1]:`
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "(")
    }

    /// What programs' names are made of; quotes, braces, `=` and `,` belong to content.
    private func isTagCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "#"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "~"):
            true
        default: byte.isLetter || byte.isDigit
        }
    }

    /// The message; structured data that some relays put before it is told apart if it is flawless and has parameters.
    private mutating func setContent(_ bytes: SyslogBytes, from start: Int) {
        let open = bytes.skipSpaces(start)
        if open < bytes.count, bytes[open] == UInt8(ascii: "[") {
            let found = StructuredData.scan(bytes, open)
            if let end = found.end, found.hasParameters, end == bytes.count || bytes[end] == 0x20 {
                structuredData = ByteRange(from: open, to: end)
                setMessage(bytes, from: min(end + 1, bytes.count))
                return
            }
        }
        setMessage(bytes, from: start)
    }
}
