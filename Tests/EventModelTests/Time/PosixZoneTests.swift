import EventModel
import Testing

struct PosixZoneTests {
    private static let newYork = "EST5EDT,M3.2.0,M11.1.0"
    private static let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
    private static let sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3"

    @Test(
        arguments: [
            ("UTC0", "2026-07-01T12:00:00Z", Int32(0)), ("EST5", "2026-07-01T12:00:00Z", -18_000),
            ("IST-5:30", "2026-07-01T12:00:00Z", 19_800),
            // New York: from the second Sunday of March to the first of November, at 02:00.
            (newYork, "2026-01-15T12:00:00Z", -18_000), (newYork, "2026-03-08T01:59:59Z", -18_000),
            (newYork, "2026-03-08T03:00:00Z", -14_400), (newYork, "2015-07-17T09:51:51Z", -14_400),
            (newYork, "2026-11-01T00:59:59Z", -14_400), (newYork, "2026-11-01T02:00:00Z", -18_000),
            // Berlin: the last Sundays, back at 03:00 of summer time.
            (berlin, "2026-03-29T03:00:00Z", 7_200), (berlin, "2026-10-25T03:00:00Z", 3_600),
            // Sydney: summer goes over the year's end.
            (sydney, "2026-01-15T12:00:00Z", 39_600), (sydney, "2026-07-01T12:00:00Z", 36_000),
            ("LHST-10:30LHDT-11,M10.1.0,M4.1.0", "2026-01-15T12:00:00Z", 39_600),
        ])
    func offsets(text: String, local: String, expected: Int32) throws {
        let zone = try #require(PosixZone.zone(text))
        let seconds = try #require(RFC3339.parse(local)).microseconds / 1_000_000
        #expect(zone.offset(ofLocal: seconds) == expected)
    }

    @Test(
        arguments: [
            "", "US/Eastern", "EST", "5", "EST25", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0",
            "EST5EDT,M3.6.0,M11.1.0",
            "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,J60,J300", "EST5EDT,M3.2.0/x,M11.1.0", "EST5:60",
            "EST5EDT,M3.2.0,M11.1.0" + String(repeating: " ", count: 64),
        ])
    func isNone(text: String) {
        #expect(PosixZone.zone(text) == nil)
    }
}
