import EventModel
import Normaliser
import Testing

@Suite struct SyslogRFC3164Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var host = ""
        var app = ""
        var pid = ""
        var message: String
        var time: Double?
        var errors: SyslogErrors = []

        var testDescription: String { text }
    }

    // 2026-10-11T22:14:15Z
    static let october = 1_791_756_855.0

    @Test(arguments: [
        Case(text: "<34>Oct 11 22:14:15 gate su: no", host: "gate", app: "su", message: "no", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate su[77]: no", host: "gate", app: "su", pid: "77", message: "no", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate su[77] no", host: "gate", app: "su", pid: "77", message: "no", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate mail/smtpd[7]: x", host: "gate", app: "mail/smtpd", pid: "7",
             message: "x", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate three words here", host: "gate", message: "three words here", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate", host: "gate", message: "", time: october),
        Case(text: "<34>Oct 11 22:14:15 su[77]: no host", app: "su", pid: "77", message: "no host", time: october),
        Case(text: "<34>Oct 11 22:14:15 su: no host", app: "su", message: "no host", time: october),
        Case(text: "<34>Oct 11 22:14:15 fe80::1 su: six", host: "fe80::1", app: "su", message: "six", time: october),
        Case(text: "<34>Oct 11 22:14:15 2001:db8::7 su: six", host: "2001:db8::7", app: "su", message: "six", time: october),
        Case(text: "<34>Oct 11 22:14:15 1:: bare", host: "1::", message: "bare", time: october),
        Case(text: "<34>Oct 11 22:14:15 my_host.example app: m", host: "my_host.example", app: "app",
             message: "m", time: october),
        Case(text: "<34>Oct 11 2026 22:14:15 gate su: y", host: "gate", app: "su", message: "y", time: october),
        Case(text: "<34>Oct 11 22:14:15 2026 gate su: y", host: "gate", app: "su", message: "y", time: october),
        Case(text: "<34>2026 Oct 11 22:14:15 gate su: y", host: "gate", app: "su", message: "y", time: october),
        Case(text: "<34>Oct 11 22:14:15.250 gate su: f", host: "gate", app: "su", message: "f", time: october + 0.25),
        Case(text: "<34> Oct 11 22:14:15 gate su: sp", host: "gate", app: "su", message: "sp", time: october),
        Case(text: "<34>Oct 11 22:14:15 CEST gate su: z", host: "gate", app: "su", message: "z", time: october - 7_200),
        Case(text: "<34>Oct 11 22:14:15 UTC gate su: z", host: "gate", app: "su", message: "z", time: october),
        Case(text: "<34>Oct 11 22:14:15 +0100 gate su: z", host: "gate", app: "su", message: "z", time: october - 3_600),
        Case(text: "<34>2026-10-11T22:14:15Z gate su: i", host: "gate", app: "su", message: "i", time: october),
        Case(text: "<34>2026-10-11T22:14:15.5+02:00 gate su: i", host: "gate", app: "su", message: "i", time: october - 7_199.5),
        Case(text: "<34>2026-10-11 22:14:15,5 gate su: i", host: "gate", app: "su", message: "i", time: october + 0.5),
        Case(text: "<34>2026-10-11T22:14:15-0230 gate su: i", host: "gate", app: "su", message: "i", time: october + 9_000),
        Case(text: "<34>2026-10-11T22:14:15+02 gate su: i", host: "gate", app: "su", message: "i", time: october - 7_200),
        Case(text: "Oct 11 22:14:15 gate su: file", host: "gate", app: "su", message: "file", time: october),
        Case(text: "Oct  1 02:04:05 gate su: file", host: "gate", app: "su", message: "file", time: october - 936_610),
        Case(text: "<34>Oct 11 22:14:15 Message forwarded from aix7: su[7]: fw", host: "aix7", app: "su", pid: "7", message: "fw",
             time: october),
        Case(text: #"<34>Oct 11 22:14:15 gate {"a": 1}"#, host: "gate", message: #"{"a": 1}"#, time: october),
        Case(text: "<34>Oct 11 22:14:15 gate CEF:0|a|b|c|d|e|1|", host: "gate", message: "CEF:0|a|b|c|d|e|1|", time: october),
        Case(text: "<34>1 1791756855.25 gate events type=x", host: "gate", message: "events type=x", time: october + 0.25),
        Case(text: "<34>app: hello", app: "app", message: "hello", errors: .missingTimestamp),
        Case(text: #"<34>{"a":1}"#, message: #"{"a":1}"#, errors: .missingTimestamp),
    ])
    func dialects(_ expected: Case) {
        let sample = SyslogSample(expected.text)
        #expect(sample.frame.format == .rfc3164)
        #expect(sample.hostname == expected.host)
        #expect(sample.appName == expected.app)
        #expect(sample.procID == expected.pid)
        #expect(sample.message == expected.message)
        #expect(sample.seconds == expected.time)
        #expect(sample.frame.errors == expected.errors)
    }

    /// Forms of stamps that fewer senders use, and how many seconds they are from `october`.
    @Test(arguments: [
        ("Oct 11 2:14:15", -72_000), ("Oct 11 22:14:15+02:00", -7_200), ("Oct 11 22:14:15Z", 0),
        ("Oct 11 22:14:15 GMT+02:00", -7_200), ("Oct 11 22:14:15 UTC-0330", 12_600),
        ("Oct 11 22:14:15 CEST 2026", -7_200), ("Sun Oct 11 22:14:15 2026", 0),
        ("Sun Oct 11 22:14:15 CEST 2026", -7_200), ("Sun, 11 Oct 2026 22:14:15 +0200", -7_200),
        ("11 Oct 2026 22:14:15", 0), ("11-Oct-2026 22:14:15.5", 0.5), ("11/Oct/2026:22:14:15 +0000", 0),
        ("1 Oct 2026 22:14:15", -864_000), ("2026/10/11 22:14:15", 0), ("2026/10/11 22:14:15,25", 0.25),
        ("20261011T221415Z", 0), ("20261011T221415.5+0200", -7_199.5), ("2026-10-11t22:14:15z", 0),
        ("1791756855", 0), ("1791756855250", 0.25),
    ] as [(String, Double)])
    func stamps(stamp: String, difference: Double) {
        let sample = SyslogSample("<34>\(stamp) gate su: x")
        #expect(sample.frame.format == .rfc3164 && sample.frame.errors == [])
        #expect(sample.seconds == Self.october + difference)
        #expect(sample.hostname == "gate" && sample.appName == "su" && sample.message == "x")
    }

    @Test(arguments: [
        "Oct 32 22:14:15", "Oct 11 24:14:15", "Oct 11 22:60:15", "Foo 11 22:14:15", "2026/13/11 22:14:15", "20261011T2214",
        "Sun 11 22:14:15", "31 Feb 2026 22:14:15", "Oct 11 22:14:15+0x:00",
    ])
    func noStamps(stamp: String) {
        let sample = SyslogSample("<34>\(stamp) gate su: x")
        #expect(sample.frame.timestamp == nil && sample.frame.errors == .missingTimestamp)
        #expect(sample.message.hasSuffix("gate su: x") || sample.message == "x")
    }

    @Test(arguments: [
        Case(text: "<34>Oct 11 22:14:15 [2001:db8::7] su: six", host: "2001:db8::7", app: "su", message: "six", time: october),
        Case(text: "<34>Oct 11 22:14:15 fe80::1%eth0 su: six", host: "fe80::1%eth0", app: "su", message: "six", time: october),
        Case(text: "<34>Oct 11 22:14:15 ::ffff:192.0.2.7 su: six", host: "::ffff:192.0.2.7", app: "su", message: "six",
             time: october),
        Case(text: "<34>Oct 11 22:14:15 slot1/gate3 su: x", host: "slot1/gate3", app: "su", message: "x", time: october),
        Case(text: "<34>Oct 11 22:14:15 gate (systemd)[7]: x", host: "gate", app: "(systemd)", pid: "7", message: "x", time: october),
        Case(text: "<34>Oct 11 22:14:15 [ab] su: x", message: "[ab] su: x", time: october),
        Case(text: "<34>Oct 11 22:14:15 - su: x", app: "su", message: "x", time: october),
    ])
    func hosts(_ expected: Case) {
        dialects(expected)
    }

    @Test(arguments: [
        ("2025-01-01T00:00:05Z", "Dec 31 23:59:59", "2024-12-31T23:59:59Z"),
        ("2024-12-31T23:59:59Z", "Dec 31 23:59:59", "2024-12-31T23:59:59Z"),
        ("2024-12-31T23:59:58Z", "Jan  1 00:00:01", "2025-01-01T00:00:01Z"),
        ("2024-06-01T00:00:00Z", "Dec 31 23:59:59", "2023-12-31T23:59:59Z"),
        ("2024-03-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z"),
        ("2026-04-01T00:00:00Z", "Feb 29 12:00:00", "2028-02-29T12:00:00Z"),
        ("2101-03-01T00:00:00Z", "Feb 29 12:00:00", "2104-02-29T12:00:00Z"),
    ])
    func takesTheNearestYear(received: String, stamp: String, meant: String) throws {
        let receivedAt = try #require(SyslogSample("<13>1 \(received) - - - - -").frame.timestamp)
        let sample = SyslogSample("<13>\(stamp) h a: m", receivedAt: receivedAt)
        #expect(sample.frame.timestamp == SyslogSample("<13>1 \(meant) - - - - -").frame.timestamp)
    }

    @Test func readsLocalTimeByTheSourcesOffset() {
        let sample = SyslogSample("<13>Oct 11 22:14:15 h a: m", zone: ZoneOffsets(fixed: 3_600))
        #expect(sample.seconds == Self.october - 3_600)
        let zoned = SyslogSample("<13>Oct 11 22:14:15 UTC h a: m", zone: ZoneOffsets(fixed: 3_600))
        #expect(zoned.seconds == Self.october)
    }

    @Test(arguments: [
        ("<192>Oct 11 22:14:15 h a: m", SyslogErrors.priority), ("<>x", .priority), ("<", .priority), ("<1", .priority),
        ("<0013>1 - - - - - -", .priority), ("<1a>x", .priority), ("<13", .priority), ("< 13>x", .priority),
        ("no syslog at all", .noHeader), (#"  {"a": 2}"#, .noHeader), ("13 Oct 11 22:14:15 h a: m", .noHeader),
        ("", .empty), ("\n", .empty), ("\r\n\n", .empty),
    ])
    func keepsWhatItCannotRead(text: String, error: SyslogErrors) {
        let sample = SyslogSample(text)
        #expect(sample.frame.format == .none)
        #expect(sample.frame.errors == error)
        var whole = text
        while let last = whole.utf8.last, last == 0x0a || last == 0x0d {
            whole = String(decoding: whole.utf8.dropLast(), as: UTF8.self)
        }
        #expect(sample.message == whole)
    }

    @Test(arguments: [
        (#"<13>Oct 11 22:14:15 h a: [x@1 k="v"] m"#, #"[x@1 k="v"]"#, "m"),
        ("<13>Oct 11 22:14:15 h a: [error] m", "", "[error] m"),
        (#"<13>Oct 11 22:14:15 h a: [x@1 k="v"]m"#, "", #"[x@1 k="v"]m"#),
    ])
    func tellsStructuredDataApart(text: String, data: String, message: String) {
        let sample = SyslogSample(text)
        #expect(sample.structuredData == data)
        #expect(sample.message == message)
    }

    @Test(arguments: [
        (#"<13>Oct 11 22:14:15 h a: @cee: {"a":1}"#, #"{"a":1}"#), (#"<13>Oct 11 22:14:15 h a: @cee:{"a":1}"#, #"{"a":1}"#),
        (#"<13>1 - h a - - - {"a":1}"#, #"{"a":1}"#), (#"<13>1 - h a - -   {"a":1}"#, #"{"a":1}"#),
        (#"  {"a":1}"#, #"{"a":1}"#), ("<13>Oct 11 22:14:15 h a: plain", "plain"), ("", ""),
    ])
    func findsTheBody(text: String, body: String) {
        #expect(SyslogSample(text).body == body)
    }
}
