import EventModel
import Testing

struct ZoneOffsetsTests {
    /// Berlin in 2026: summer time from 29 March 01:00Z to 25 October 01:00Z.
    private static let berlin = ZoneOffsets(
        initial: 3_600,
        transitions: [.init(at: 1_774_746_000, offset: 7_200), .init(at: 1_792_890_000, offset: 3_600)])

    @Test(
        arguments: [
            (Int64(0), Int32(3_600)), (1_774_745_999, 3_600), (1_774_746_000, 7_200), (1_792_889_999, 7_200),
            (1_792_890_000, 3_600), (4_000_000_000, 3_600),
        ])
    func atAMoment(moment: Int64, expected: Int32) {
        #expect(Self.berlin.offset(at: moment) == expected)
    }

    @Test(
        arguments: [
            ("2026-03-29T01:59:59Z", Int32(3_600)),
            // 02:00 to 03:00 never comes: read as before, it falls after the gap.
            ("2026-03-29T02:00:00Z", 3_600), ("2026-03-29T02:59:59Z", 3_600), ("2026-03-29T03:00:00Z", 7_200),
            ("2026-07-01T12:00:00Z", 7_200), ("2026-10-25T01:59:59Z", 7_200),
            // 02:00 to 03:00 comes twice: the first of both is meant.
            ("2026-10-25T02:00:00Z", 7_200), ("2026-10-25T02:59:59Z", 7_200), ("2026-10-25T03:00:00Z", 3_600),
            ("1990-01-01T00:00:00Z", 3_600), ("2050-07-01T00:00:00Z", 3_600),
        ])
    func ofALocalTime(local: String, expected: Int32) throws {
        let seconds = try #require(RFC3339.parse(local)).microseconds / 1_000_000
        #expect(Self.berlin.offset(ofLocal: seconds) == expected)
    }

    /// Samoa left out a whole day when it went over the date line, the 30th of December 2011.
    @Test(
        arguments: [
            ("2011-12-29T23:59:59Z", Int32(-36_000)), ("2011-12-30T12:00:00Z", -36_000), ("2011-12-31T00:00:00Z", 50_400),
        ])
    func aDayThatNeverWas(local: String, expected: Int32) throws {
        let samoa = ZoneOffsets(initial: -36_000, transitions: [.init(at: 1_325_239_200, offset: 50_400)])
        let seconds = try #require(RFC3339.parse(local)).microseconds / 1_000_000
        #expect(samoa.offset(ofLocal: seconds) == expected)
    }

    @Test func aLocalTimeThatClocksShowIsReadBackAsItWas() {
        for moment in stride(from: Int64(1_774_700_000), to: 1_792_950_000, by: 907) {
            let local = moment + Int64(Self.berlin.offset(at: moment))
            let read = local - Int64(Self.berlin.offset(ofLocal: local))
            // Of the doubled hour the second half is read as the first.
            let isDoubled = (1_792_890_000..<1_792_893_600).contains(moment)
            #expect(read == (isDoubled ? moment - 3_600 : moment))
        }
    }

    @Test func aFixedOffset() {
        let zone = ZoneOffsets(fixed: -12_600)
        #expect(zone.offset(at: 0) == -12_600 && zone.offset(ofLocal: 1_774_746_000) == -12_600)
        #expect(ZoneOffsets.utc.offset(ofLocal: 5) == 0)
    }
}
