import Detection
import EventModel
import Foundation
import TestSupport
import Testing

struct MetricModelTests {
    private static let hour: Int64 = 3_600_000_000
    private static let start: Int64 = 1_777_593_600_000_000  // 2026-05-01T00:00:00Z

    private static func model(suppression: Int64 = 0, _ direction: MetricModel.Configuration.Direction = .both) -> MetricModel {
        MetricModel(.init(bucketWidth: hour, suppression: suppression, direction: direction))
    }

    private static func time(_ index: Int) -> Timestamp { Timestamp(microseconds: start + Int64(index) * hour) }

    /// A day's wave with noise, a peak, a trough and a new level.
    private static func value(_ index: Int) -> Double {
        let usual = 10 + 5 * sin(2 * Double.pi * Double(index) / 24) + Double(index * 7_919 % 13) / 10
        return index == 300 ? 40 : index == 400 ? -12 : index >= 500 ? usual + 6 : usual
    }

    /// Sums of the formulas, computed independently.
    private static let expected: [Int: Double] = [
        154: 0.02833515618695759, 155: 0.018812093397089842, 202: 0.012369415888678804, 227: 0.02191552334538884,
        233: 0.037164817079688016, 300: 15.968512662154582, 338: 0.0016778523489920558, 400: 3.3993349732843736,
        402: 0.04580165432618425, 403: 0.05919896574499522, 407: 0.0023343957904038144, 509: 0.013187868727049142,
        510: 0.10081987064063694, 532: 0.008801196550159191, 536: 0.04649107512824896,
    ]

    @Test func `the sums are those of the formulas`() {
        var model = Self.model()
        var sums: [Double] = []
        for index in 0..<600 { sums.append(model.add(Self.value(index), at: Self.time(index)).sum) }
        for (index, sum) in Self.expected { #expect(abs(sums[index] - sum) < 1e-9 * max(1, sum), "\(index): \(sums[index])") }
        for index in [10, 299, 301, 420, 499, 599] { #expect(sums[index] == 0, "\(index): \(sums[index])") }
    }

    @Test func `it says what it rests on`() throws {
        var model = Self.model()
        var scores: [MetricScore] = []
        for index in 0..<600 { scores.append(model.add(Self.value(index), at: Self.time(index))) }
        let peak = try #require(scores[300].evidence)
        #expect(peak.isAbove && peak.since == Self.time(0))
        #expect(peak.excess > 0.35 && peak.number > peak.extreme)
        // The second epoch began with the 336th value, the third would with the 672nd.
        let trough = try #require(scores[400].evidence)
        #expect(!trough.isAbove && trough.since == Self.time(0) && trough.number < trough.extreme)
        #expect(scores[300].isAlarm && abs(scores[300].anomalyScore - 15.968512662154582 / 16.008512662154582) < 1e-12)
        #expect(scores[299].evidence == nil && scores[299].anomalyScore == 0 && !scores[299].isAlarm)
    }

    @Test func `extremes are forgotten after two epochs`() {
        for (again, isFound) in [(300, false), (600, false), (900, true)] {
            var model = MetricModel(.init(bucketWidth: Self.hour, suppression: 0, isSeasonal: false))
            var score = 0.0
            for index in 0...again {
                let value = index == 100 ? 50 : index == again ? 40 : 10 + Double(index % 3)
                score = model.add(value, at: Self.time(index)).anomalyScore
            }
            #expect((score > 0.5) == isFound, "\(again): \(score)")
        }
    }

    @Test(arguments: [
        (.both, true, true), (.up, true, false), (.down, false, true),
    ] as [(MetricModel.Configuration.Direction, Bool, Bool)])
    func directions(direction: MetricModel.Configuration.Direction, isPeak: Bool, isTrough: Bool) {
        var model = Self.model(direction)
        var scores: [MetricScore] = []
        for index in 0..<402 { scores.append(model.add(Self.value(index), at: Self.time(index))) }
        #expect(scores[300].isAlarm == isPeak && scores[400].isAlarm == isTrough)
    }

    @Test func `within the suppression only what is more unusual is told`() {
        var model = Self.model(suppression: 10 * Self.hour)
        var told: [Int] = []
        for index in 0..<200 {
            // Records by the same step are smaller shares of a growing range: less and less unusual.
            let value = index < 100 ? Double(index % 7) : [100, 104, 112, 117].contains(index) ? 20 + Double(index) : Double(index % 7)
            if model.add(value, at: Self.time(index)).isAlarm, index >= 100 { told.append(index) }
        }
        #expect(told.first == 100)
        #expect(!told.contains(104))
        #expect(told.allSatisfy { $0 == 100 || $0 >= 110 }, "\(told)")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func `what is no finite number changes nothing`(value: Double) {
        var model = Self.model()
        for index in 0..<50 { _ = model.add(Self.value(index), at: Self.time(index)) }
        let before = model
        #expect(model.add(value, at: Self.time(50)) == model.add(.nan, at: Self.time(50)))
        #expect(model == before)
    }

    @Test func `huge numbers and times stay finite`() throws {
        var model = Self.model()
        let values = [Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude, 0, 1e308, -0.0, 1e-300]
        let times = [Timestamp.distantPast, .distantFuture, Timestamp(microseconds: .max), Timestamp(microseconds: .min), Self.time(0)]
        for round in 0..<2_000 {
            let score = model.add(values[round % 7], at: times[round % 5])
            #expect(score.sum.isFinite && score.sum >= 0 && (0...1).contains(score.anomalyScore))
        }
        #expect(try MetricModel(model.configuration, snapshot: model.snapshot()) == model)
    }

    @Test func `a restored model goes on as the one that was saved`() throws {
        for isSeasonal in [true, false] {
            let configuration = MetricModel.Configuration(bucketWidth: Self.hour, suppression: Self.hour, isSeasonal: isSeasonal)
            var model = MetricModel(configuration)
            for index in 0..<450 { _ = model.add(Self.value(index), at: Self.time(index)) }
            let bytes = model.snapshot()
            var restored = try MetricModel(configuration, snapshot: bytes)
            #expect(restored == model && restored.snapshot() == bytes)
            for index in 450..<600 {
                #expect(model.add(Self.value(index), at: Self.time(index)) == restored.add(Self.value(index), at: Self.time(index)))
            }
        }
    }

    @Test func `damaged and foreign snapshots are refused`() throws {
        var model = Self.model()
        for index in 0..<100 { _ = model.add(Self.value(index), at: Self.time(index)) }
        let bytes = model.snapshot()
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<fuzzRounds(300) {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(throws: SnapshotError.damaged) { try MetricModel(model.configuration, snapshot: damaged) }
        }
        #expect(throws: SnapshotError.damaged) { try MetricModel(model.configuration, snapshot: []) }
        #expect(throws: SnapshotError.damaged) { try MetricModel(model.configuration, snapshot: Array(bytes.dropLast(9))) }
        let other = MetricModel.Configuration(bucketWidth: 2 * Self.hour, suppression: 0)
        #expect(throws: SnapshotError.unknownFormat) { try MetricModel(other, snapshot: bytes) }
    }

    @Test(arguments: [
        (Int64(300_000_000), 4_032), (3_600_000_000, 336), (86_400_000_000, 14), (0, 1_209_600), (.max, 2), (.min, 1_209_600),
    ] as [(Int64, Int)])
    func `an epoch has as many values as fit into 14 days`(width: Int64, epoch: Int) {
        #expect(MetricModel.Configuration(bucketWidth: width, suppression: .max).epoch == epoch)
    }
}
