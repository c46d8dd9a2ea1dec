import Detection
import EventModel
import Foundation
import TestSupport
import Testing

struct CountModelTests {
    private static let start: UInt32 = 490_000

    private static func model(_ change: (inout CountConfiguration) -> Void = { _ in }, seconds: Int64 = 3_600) -> CountModel {
        var configuration = CountConfiguration(bucketSeconds: seconds)
        change(&configuration)
        return CountModel(configuration)
    }

    /// One entity alone, with cells as soon as it earns them.
    struct Entity {
        var state: CountState
        var cells: SeasonCells?

        init(_ model: CountModel, bucket: UInt32, mean: Double = 1, key: UInt64 = 0) {
            state = model.first(key, bucket: bucket, mean: mean)
        }

        mutating func advance(_ model: CountModel, to bucket: UInt32) {
            if cells == nil, model.earnsCells(state) { cells = SeasonCells() }
            guard var own = cells else { return model.advance(&state, nil, to: bucket) }
            model.advance(&state, &own, to: bucket)
            cells = own
        }

        func expectation(_ model: CountModel) -> CountModel.Expectation {
            guard var own = cells else { return model.expectation(state, nil) }
            return model.expectation(state, &own)
        }
    }

    /// Office hours on weekdays, and one burst.
    private static func count(_ bucket: UInt32) -> UInt32 {
        let (hour, day) = (bucket % 24, bucket / 24)
        if bucket == start + 700 { return 500 }
        return (day + 3) % 7 < 5 && (9..<17).contains(hour) ? 3 + (hour * 7 + day * 5) % 9 : 0
    }

    /// Hours and weekends are local ones: what is done two hours earlier where the clock is two hours ahead is the same.
    @Test func `hours are those of the zone`() {
        let (utc, ahead) = (Self.model(), Self.model { $0.zone = ZoneOffsets(fixed: 7_200) })
        var entities = (Entity(utc, bucket: Self.start), Entity(ahead, bucket: Self.start - 2))
        for offset in UInt32(0)..<600 {
            entities.0.advance(utc, to: Self.start + offset)
            entities.1.advance(ahead, to: Self.start + offset - 2)
            #expect(entities.0.expectation(utc) == entities.1.expectation(ahead))
            entities.0.state.count = Self.count(Self.start + offset)
            entities.1.state.count = Self.count(Self.start + offset)
        }
        #expect(entities.0.cells != nil)
    }

    /// Predictive means and sizes of that series, bucket by bucket, computed independently.
    @Test func `expectations are those of the formulas`() {
        let expected: [UInt32: (mean: Double, size: Double)] = [
            1: (7.604615262056868, 3.917175648785503), 5: (1.795287130472288, 3.89047566136653),
            30: (2.3270661443999474, 0.0925508198712959), 100: (1.9243516258851294, 0.25950479808339166),
            170: (1.154915126430831, 0.37612001513209636), 300: (0.9899058789843895, 0.8811403350166664),
            500: (4.768284803318443, 1.9160680610650058), 700: (0.45681746122656874, 3.8374931368807226),
            701: (0.4772352136534409, 1.9946461707181586), 900: (0.4222356342843283, 4.4872668497921735),
            1_000: (0.39136509074725, 5.722893697478761), 1_003: (5.631073713100734, 6.160958672163992),
        ]
        let model = Self.model()
        var entity = Entity(model, bucket: Self.start, mean: 2)
        for offset in UInt32(0)..<1_010 {
            let bucket = Self.start + offset
            entity.advance(model, to: bucket)
            if let (mean, size) = expected[offset] {
                let found = entity.expectation(model)
                // Cells have 11 bits.
                #expect(abs(found.mean / mean - 1) < 0.003 && abs(found.size / size - 1) < 0.003, "\(offset): \(found)")
            }
            entity.state.count = Self.count(bucket)
        }
        #expect(entity.cells != nil)
    }

    @Test(arguments: [3_600, 7_200, 86_400, 604_800, 660, 300, 60] as [Int64])
    func `idle buckets at once are as one by one`(seconds: Int64) {
        var generator = SeededGenerator(seed: UInt64(seconds))
        for direction in [CountConfiguration.Direction.spike, .drop] {
            let model = Self.model({ $0.direction = direction }, seconds: seconds)
            for round in 0..<20 {
                let first = UInt32(1_760_000_000 / seconds)
                var bucket = first
                var atOnce = Entity(model, bucket: bucket, key: generator.next())
                var single = atOnce
                for _ in 0..<60 {
                    let count = UInt32.random(in: 1...40, using: &generator)
                    atOnce.state.count = count
                    single.state.count = count
                    let most: UInt32 = round == 0 ? 900 : 30
                    let next = bucket + UInt32.random(in: 1...most, using: &generator)
                    atOnce.advance(model, to: next)
                    while bucket < next {
                        bucket += 1
                        single.advance(model, to: bucket)
                    }
                    let (one, other) = (atOnce.expectation(model), single.expectation(model))
                    // Several buckets of an hour share one factor when idle at once.
                    let tolerance = seconds >= 3_600 ? 1e-3 : 0.05
                    #expect(abs(one.mean / other.mean - 1) < tolerance, "\(one) \(other)")
                    #expect(abs(one.size / other.size - 1) < 3 * tolerance, "\(one) \(other)")
                    #expect(one.record == other.record && atOnce.state.previousRecord == single.state.previousRecord)
                    #expect(atOnce.state.activeBuckets == single.state.activeBuckets)
                    if let cells = atOnce.cells, let singleCells = single.cells {
                        for cell in 0..<48 { #expect(cells.visits[cell] == singleCells.visits[cell], "\(cell)") }
                    }
                }
            }
        }
    }

    @Test func `after half a year without events nothing is left of the rate`() {
        let model = Self.model()
        var entity = Entity(model, bucket: Self.start)
        for offset in UInt32(0)..<500 {
            entity.advance(model, to: Self.start + offset)
            entity.state.count = 20
        }
        entity.advance(model, to: Self.start + 30_000)
        let found = entity.expectation(model)
        #expect(found.mean == 1e-4 && found.record == 0)
        entity.advance(model, to: (1 << 29) - 1)
        #expect(entity.expectation(model).mean == 1e-4)
    }

    @Test(arguments: [
        // With novelty: min(tail, 25) · ln((x + 5) / (M + 5)).
        (60, 5, 3, 7, 9.798734195984752, 1.6894806201076369), (60, 5, 3, 60, 9.798734195984752, 0), (4, 5, 3, 0, 0, 0.587786664902119),
        (200, 5, 6.5, 10, 63.46430188380359, 2.614959778036247),
    ] as [(UInt32, Double, Double, UInt32, Double, Double)])
    func scores(count: UInt32, mean: Double, size: Double, record: UInt32, tail: Double, ratio: Double) {
        let expectation = CountModel.Expectation(mean: mean, size: size, record: record)
        let novel = Self.model().score(count, expectation)
        #expect(abs(novel.tail - tail) < 1e-9 && abs(novel.ratio - ratio) < 1e-12)
        #expect(abs(novel.score - min(tail, 25) * ratio) < 1e-8)
        #expect(abs(Self.model { $0.isNoveltyNeeded = false }.score(count, expectation).score - tail) < 1e-9)
    }

    @Test func `drops are scored by the lower tail and the lowest count`() {
        let model = Self.model { $0.direction = .drop }
        let found = model.score(3, .init(mean: 50, size: 20, record: 30))
        #expect(abs(found.tail - 8.046525124205063) < 1e-9 && abs(found.ratio - 1.4759065198095778) < 1e-12)
        #expect(model.score(30, .init(mean: 50, size: 20, record: 30)).ratio == 0)
        #expect(model.score(60, .init(mean: 50, size: 20, record: 70)).tail == 0)
        #expect(model.score(3, .init(mean: 50, size: 20, record: .max)).ratio == 0)
    }

    @Test func `the trigger is the smallest count that fires`() {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<400 {
            let model = Self.model {
                $0.isNoveltyNeeded = round % 3 != 0
                $0.sensitivity = Double.random(in: 0.5...30, using: &generator)
                $0.minimumCount = UInt32.random(in: 0...60, using: &generator)
                $0.minimumRatio = Double.random(in: 0...5, using: &generator)
            }
            let mean = Double.power(Double.random(in: -4...3, using: &generator))
            let size = Double.power(Double.random(in: -1...1.6, using: &generator))
            let expectation = CountModel.Expectation(mean: mean, size: size, record: UInt32.random(in: 0...200, using: &generator))
            let trigger = model.trigger(expectation, demand: model.configuration.sensitivity)
            #expect(model.triggerBound(expectation, demand: model.configuration.sensitivity) <= trigger)
            guard trigger < .max else { continue }
            #expect(model.fires(trigger, expectation, demand: model.configuration.sensitivity), "\(expectation) \(trigger)")
            #expect(trigger == 0 || !model.fires(trigger - 1, expectation, demand: model.configuration.sensitivity), "\(expectation)")
        }
    }

    @Test func `a record is one of the last two epochs, and a burst cannot raise the rate at will`() {
        let model = Self.model()
        var entity = Entity(model, bucket: Self.start)
        for offset in UInt32(0)..<1_400 {
            entity.advance(model, to: Self.start + offset)
            entity.state.count = offset == 200 ? 1_000_000_000 : 4
            // Two epochs of 336 hours at most, one at least.
            if (201...536).contains(offset) { #expect(entity.expectation(model).record == 1_000_000_000) }
            if offset > 872 { #expect(entity.expectation(model).record == 4) }
            if offset == 201 { #expect(entity.expectation(model).mean < 10) }
        }
    }

    @Test(arguments: [
        (0, 0), (23, 23), (48, 24), (95, 47), (96, 0), (24 * 7, 0),
    ] as [(Int64, Int)])
    func `cells are hours of weekdays and weekends`(hour: Int64, cell: Int) {
        // 1970-01-01 was a Thursday.
        #expect(CountModel.cell(ofHour: hour) == cell)
    }

    @Test func `the state has the sizes that are promised`() {
        #expect(MemoryLayout<CountState>.stride == 52 && CountState.size == 52)
        #expect(MemoryLayout<SeasonCells>.stride == 144 && SeasonCells.size == 144)
    }
}
