import Collectors
import EventModel
import Testing

struct TemplateTests {
    private static let values = TemplateValues(
        texts: ["org": "a/b", "q": "o'brien", "n": "Acme"], times: ["from": Timestamp(milliseconds: 1_777_629_600_123)])

    @Test(arguments: [
        ("/orgs/{org}/x", "/orgs/a/b/x"), ("{from|epoch_s}", "1777629600"), ("{from|epoch_ms}", "1777629600123"),
        ("{from|rfc3339}", "2026-05-01T10:00:00.123Z"), ("{from|rfc3339_seconds}", "2026-05-01T10:00:00Z"),
        ("{from|utc}", "2026-05-01T10:00:00"), ("{from|date}", "2026-05-01"), ("{n|upper}{n|lower}", "ACMEacme"),
        ("'{q|quoted}'", "'o''brien'"), ("{{x}}", "{x}"), ("", ""),
    ])
    func renders(_ text: String, _ expected: String) throws {
        #expect(try Template(text).render(Self.values) == expected)
    }

    @Test func valuesAreEncodedAndTheTextAroundThemIsNot() throws {
        #expect(try Template("/x/{org}?y").render(Self.values, encode: PercentEncoding.encode) == "/x/a%2Fb?y")
    }

    @Test(arguments: ["{", "}", "{}", "{a|}", "{a|nonsense}", "{a b}", "{a|upper|lower}"])
    func isRefused(_ text: String) { #expect(throws: TemplateError.self) { try Template(text) } }

    @Test func whatHasNoValueIsAnError() { #expect(throws: TemplateError.self) { try Template("{other}").render(Self.values) } }
}

struct TimeFormatTests {
    @Test(arguments: [
        (.rfc3339, "2026-05-01T10:00:00.123Z", 1_777_629_600_123_000), (.rfc3339, "2026-05-01T12:00:00+02:00", 1_777_629_600_000_000),
        (.rfc3339, "2026-05-01T10:00:00.000+0000", 1_777_629_600_000_000),
        (.rfc3339, "2026-05-01T10:00:00.1234567Z", 1_777_629_600_123_456),
        (.utc, "2026-05-01T10:00:00", 1_777_629_600_000_000), (.epochSeconds, "1777629600", 1_777_629_600_000_000),
        (.epochSeconds, "1777629600.250000000", 1_777_629_600_250_000), (.epochMilliseconds, "1777629600123", 1_777_629_600_123_000),
        (.date, "2026-05-01", 1_777_593_600_000_000), (.compact, "20260501100000.123", 1_777_629_600_123_000),
        (.compact, "20260501100000", 1_777_629_600_000_000),
    ] as [(TimeFormat, String, Int64)])
    func reads(_ format: TimeFormat, _ text: String, _ microseconds: Int64) {
        #expect(format.parse(text) == Timestamp(microseconds: microseconds))
    }

    @Test(arguments: [
        (.rfc3339, "yesterday"), (.epochSeconds, "99999999999999999999"), (.epochSeconds, "nan"), (.epochMilliseconds, ""),
        (.date, "2026-13-01"), (.compact, "2026"), (.compact, "20261301100000"),
    ] as [(TimeFormat, String)])
    func isNone(_ format: TimeFormat, _ text: String) { #expect(format.parse(text) == nil) }

    @Test(arguments: TimeFormat.allCases)
    func whatIsWrittenIsReadAsItsBeginning(_ format: TimeFormat) {
        for microseconds in [0, 1_777_629_600_123_456, -1_500_000] as [Int64] {
            let time = Timestamp(microseconds: microseconds)
            #expect(format.parse(format.text(time)) == format.floor(time))
        }
    }
}
