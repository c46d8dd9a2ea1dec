import Detection
import EventModel
import Foundation
import Testing

struct HourModelTests {
    /// 2026-05-04, a Monday.
    private static let monday: Int64 = 1_777_852_800

    private static func time(day: Int64, hour: Int64) -> Timestamp { Timestamp(seconds: monday + day * 86_400 + hour * 3_600) }

    @Test(arguments: [
        // Day from Monday and hour after 60 events on Monday at 10, counts that then stand for the hour.
        (0, 10, 30), (0, 11, 15), (0, 13, 0), (7, 9, 15), (5, 10, 0), (5, 11, 0),
    ] as [(Int64, Int64, Double)])
    func `bits are those of the formulas`(day: Int64, hour: Int64, count: Double) throws {
        var model = HourModel()
        for index in 0..<60 { #expect((model.add(at: Self.time(day: 0, hour: 10)) == nil) == (index < 50)) }
        let faded = exp2(-Double(day * 24 + hour - 10) / 720)
        let added = model.add(at: Self.time(day: day, hour: hour))
        let bits = try #require(added)
        #expect(abs(bits + log2((count * faded + 0.5) / (60 * faded + 24.5))) < 1e-5, "\(bits)")
    }

    @Test func `midnight's neighbours are of the same kind of day`() throws {
        var model = HourModel()
        for _ in 0..<60 { _ = model.add(at: Self.time(day: 0, hour: 0)) }
        let late = model.add(at: Self.time(day: 0, hour: 23))
        #expect(try #require(late) < 3)
        var weekend = HourModel()
        for _ in 0..<60 { _ = weekend.add(at: Self.time(day: 4, hour: 23)) }
        let early = weekend.add(at: Self.time(day: 5, hour: 0))
        #expect(try #require(early) > 7)
    }

    @Test func `any time is one, and fading ends`() throws {
        var model = HourModel()
        for _ in 0..<60 { _ = model.add(at: Self.time(day: 0, hour: 10)) }
        #expect(model.add(at: .distantPast) != nil)
        #expect(model.add(at: Timestamp(microseconds: .max)) == nil)
        #expect(model.add(at: Timestamp(microseconds: .min)) == nil)
        let restored = try HourModel(snapshot: model.snapshot())
        #expect(restored.snapshot() == model.snapshot())
    }

    @Test func `a restored model goes on as the one that was saved`() throws {
        var model = HourModel()
        for index in Int64(0)..<300 { _ = model.add(at: Self.time(day: index / 10, hour: index % 10 + 8)) }
        var restored = try HourModel(snapshot: model.snapshot())
        for index in Int64(0)..<50 {
            #expect(model.add(at: Self.time(day: 31, hour: index)) == restored.add(at: Self.time(day: 31, hour: index)))
        }
        #expect(throws: SnapshotError.damaged) { try HourModel(snapshot: Array(model.snapshot().dropLast())) }
    }
}
