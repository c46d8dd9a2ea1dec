import EventModel
import Normaliser
import Testing

@Suite struct SyslogRFC5424Tests {
    @Test func splitsAHeader() {
        let sample = SyslogSample(
            #"<165>1 2026-03-04T05:06:07.008009+01:00 gate.example login 4711 ID9 [a@1 k="v"][b@1] sign-in failed"#)
        #expect(sample.frame.format == .rfc5424)
        #expect(sample.frame.facility == 20)
        #expect(sample.frame.severity == 5)
        #expect(sample.frame.hasPriority)
        #expect(sample.frame.errors == [])
        #expect(sample.hostname == "gate.example")
        #expect(sample.appName == "login")
        #expect(sample.procID == "4711")
        #expect(sample.msgID == "ID9")
        #expect(sample.structuredData == #"[a@1 k="v"][b@1]"#)
        #expect(sample.message == "sign-in failed")
        #expect(sample.frame.timestamp == Timestamp(microseconds: 1_772_597_167_008_009))
        #expect(sample.text(sample.frame.timestampText) == "2026-03-04T05:06:07.008009+01:00")
    }

    @Test(arguments: [
        ("2026-03-04T05:06:07Z", 1_772_600_767.0),
        ("2026-03-04T05:06:07.5Z", 1_772_600_767.5),
        ("2026-03-04T05:06:07-23:59", 1_772_687_107.0),
        ("1969-12-31T23:59:59Z", -1.0),
        ("1970-01-01T00:00:00Z", 0.0),
        ("2000-02-29T00:00:00Z", 951_782_400.0),
        ("2026-03-04T05:06:07.123456789Z", 1_772_600_767.123456),
    ])
    func readsTheTime(stamp: String, seconds: Double) {
        let sample = SyslogSample("<13>1 \(stamp) h a p m - x")
        #expect(sample.frame.errors == [])
        #expect(sample.seconds == seconds)
    }

    @Test(arguments: [
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01t00:00:00Z", "2026-01-01", "--", "soon",
        "1900-02-29T00:00:00Z",
        "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+0100", "2026-01-01Q00:00:00Z",
    ])
    func flagsABadTimeAndReadsOn(stamp: String) {
        let sample = SyslogSample("<13>1 \(stamp) h a p m - x")
        #expect(sample.frame.errors == .timestamp)
        #expect(sample.frame.format == .rfc5424)
        #expect(sample.hostname == "h")
        #expect(sample.message == "x")
    }

    @Test func nilValuesAreEmpty() {
        let sample = SyslogSample("<0>1 - - - - - -")
        #expect(sample.frame.errors == [])
        #expect(sample.frame.facility == 0)
        #expect(sample.frame.severity == 0)
        #expect(sample.frame.timestamp == nil)
        for range in [sample.frame.hostname, sample.frame.appName, sample.frame.procID, sample.frame.msgID] {
            #expect(range == .empty)
        }
        #expect(sample.structuredData == "")
        #expect(sample.message == "")
    }

    @Test(arguments: [
        (#"[x@1 k="a\"b"] m"#, #"[x@1 k="a\"b"]"#, "m"),
        (#"[x@1 k="a\]b\\"] m"#, #"[x@1 k="a\]b\\"]"#, "m"),
        (#"[x@1][y@1 k=""]"#, #"[x@1][y@1 k=""]"#, ""),
        (#"[x@1 k="é ü"] [not sd]"#, #"[x@1 k="é ü"]"#, "[not sd]"),
        ("- [m]", "", "[m]"),
    ])
    func endsStructuredData(text: String, data: String, message: String) {
        let sample = SyslogSample("<13>1 - h a p m \(text)")
        #expect(sample.frame.errors == [])
        #expect(sample.structuredData == data)
        #expect(sample.message == message)
    }

    @Test(arguments: [
        (#"[x@1 k="a]b"] m"#, "m"),
        (#"[x@1 k=""b"] m"#, "m"),
        (#"[x@1 k=v] m"#, "m"),
        (#"[x@1 k="v][y] m"#, "m"),
        (#"[k:"v"; l:"w ]"] m"#, "m"),
        ("[] m", "m"),
        ("[x@1 m", "[x@1 m"),
        ("X m", "X m"),
        ("[abcdefghijklmnopqrstuvwxyz0123456] m", "m"),
    ])
    func recoversFromBadStructuredData(text: String, message: String) {
        let sample = SyslogSample("<13>1 - h a p i \(text)")
        #expect(sample.frame.errors == .structuredData)
        #expect(sample.message == message)
    }

    @Test func flagsARepeatedIdentifier() {
        let sample = SyslogSample("<13>1 - h a p i [x@1][y@1][x@1] m")
        #expect(sample.frame.errors == .duplicateSDID)
        #expect(sample.message == "m")
    }

    @Test(arguments: [
        ("h\u{7}ost", "a", SyslogErrors.headerField), ("", "a", .headerField),
        (String(repeating: "h", count: 256), "a", .fieldTooLong), ("h", String(repeating: "a", count: 49), .fieldTooLong),
    ])
    func flagsBadFields(host: String, app: String, error: SyslogErrors) {
        let sample = SyslogSample("<13>1 - \(host) \(app) p i - m")
        #expect(sample.frame.errors == error)
        #expect(sample.message == "m")
        #expect(sample.hostname.utf8.count <= 255)
        #expect(sample.appName.utf8.count <= 48)
    }

    @Test(arguments: ["<13>1 -", "<13>1 - h", "<13>1 - h a p", "<13>1 - h a p i", "<13>1 - h a p i "])
    func flagsAnEarlyEnd(text: String) {
        let sample = SyslogSample(text)
        #expect(sample.frame.errors.contains(.headerField))
        #expect(sample.message == "")
    }

    @Test func leavesTheByteOrderMarkOut() {
        let sample = SyslogSample("<13>1 - h a p i - \u{feff}grüße")
        #expect(sample.frame.hasByteOrderMark)
        #expect(sample.message == "grüße")
    }

    @Test func readsAHeaderWithoutAPriority() {
        let sample = SyslogSample("1 2026-03-04T05:06:07Z h a p i - m")
        #expect(sample.frame.format == .rfc5424)
        #expect(sample.frame.errors == .missingPriority)
        #expect(!sample.frame.hasPriority)
        #expect(sample.hostname == "h")
    }

    /// What is not as it should be is flagged, and the fields are told apart all the same.
    @Test(arguments: [
        ("<34>1 2026-03-04 05:06:07 h a p m - x", SyslogErrors.timestamp), ("<34>1 2026-03-04t05:06:07z h a p m - x", .timestamp),
        ("<34>1 Mar  4 05:06:07 2026 h a p m - x", .timestamp), ("<34> 1 2026-03-04T05:06:07Z h a p m - x", .headerField),
    ])
    func forgives(text: String, errors: SyslogErrors) {
        let sample = SyslogSample(text)
        #expect(sample.frame.format == .rfc5424 && sample.frame.errors == errors)
        #expect(sample.seconds == 1_772_600_767)
        #expect(sample.hostname == "h" && sample.appName == "a" && sample.procID == "p" && sample.message == "x")
    }
}
