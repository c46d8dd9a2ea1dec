import EventModel
import Testing

struct ZoneReaderTests {
    @Test(
        arguments: [
            // At 2014-07-01 and 2014-12-01, UTC.
            ("Europe/Berlin", Int32(7_200), Int32(3_600)), ("America/New_York", -14_400, -18_000), ("Asia/Kolkata", 19_800, 19_800),
            // Not summer time, but a law.
            ("Europe/Moscow", 14_400, 10_800), ("Australia/Lord_Howe", 37_800, 39_600), ("US/Eastern", -14_400, -18_000),
            ("UTC", 0, 0), ("Etc/UTC", 0, 0), ("+02:00", 7_200, 7_200), ("-0330", -12_600, -12_600), ("+14", 50_400, 50_400),
        ])
    func zones(name: String, july: Int32, december: Int32) throws {
        let zone = try #require(ZoneReader.zone(name))
        #expect(zone.offset(at: 1_404_172_800) == july)
        #expect(zone.offset(at: 1_417_392_000) == december)
    }

    @Test(
        arguments: [
            ("Europe/Berln", "Europe/Berlin"), ("Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("utc", "UTC"),
            ("locl", "local"), ("+2", nil), ("+25:00", nil), ("../../etc/passwd", nil), ("", nil), ("PST", nil),
        ])
    func whatIsNone(text: String, suggestion: String?) {
        #expect(ZoneReader.zone(text) == nil)
        if let suggestion { #expect(ZoneReader.suggestion(for: text) == suggestion) }
    }

    @Test func theSystemsOwn() {
        #expect(ZoneReader.zone("local") != nil)
    }
}
