/// A stamp as text, for people.
extension SyslogTimestamp {
    /// The civil time as sent, as RFC 3339 writes it: `2018-06-19T02:13:38.635322-07:00`. Without an offset if none was sent.
    ///
    /// - Parameter year: the year, sent or resolved.
    func text(year: Int) -> String {
        var text = SyslogTimestamp.padded(year, 4) + "-" + SyslogTimestamp.padded(Int(month), 2) + "-"
        text += SyslogTimestamp.padded(Int(day), 2) + "T" + SyslogTimestamp.padded(Int(hour), 2) + ":"
        text += SyslogTimestamp.padded(Int(minute), 2) + ":" + SyslogTimestamp.padded(Int(second), 2)
        let digits = min(Int(fractionDigits), 6)
        if digits > 0 { text += "." + SyslogTimestamp.padded(Int(microsecond), 6).prefix(digits) }
        guard hasOffset else { return text }
        if offset == 0 { return text + "Z" }
        let minutes = Int(offset.magnitude) / 60
        return text + (offset < 0 ? "-" : "+") + SyslogTimestamp.padded(minutes / 60, 2) + ":"
            + SyslogTimestamp.padded(minutes % 60, 2)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
