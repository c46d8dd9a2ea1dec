import Collectors
import EventModel
import Logging
import TestSupport
import Testing

/// Every product through its real description: each event is stored exactly once, whatever the API does and whenever we die.
struct PollExactlyOnceTests {
    static let start = Timestamp(seconds: 1_777_629_600)
    private static let seeds = UInt64(fuzzRounds(6_000) / 2_000)

    /// Polls are what the test takes its time for.
    private static let interval: Int64 = 240_000_000

    struct Case: CustomTestStringConvertible, Sendable {
        var vendor: any Vendor
        var seed: UInt64
        var testDescription: String { "\(vendor.poller) \(seed)" }
    }

    static let cases = allVendors.flatMap { vendor in (0..<max(1, seeds)).map { Case(vendor: vendor, seed: $0) } }

    /// Late events, disorder, repeats, refusals, failures, expired tokens and cut answers; a clock that is wrong; and a crash at any
    /// request, with what was not committed lost.
    @Test(arguments: cases)
    func crashedAnywhere(_ item: Case) async throws {
        var random = SeededGenerator(seed: item.seed &* 977 &+ UInt64(item.vendor.poller.utf8.count))
        let log = EventLog(
            seed: item.seed, streams: item.vendor.streams, from: Self.start + -7_200_000_000, to: Self.start + 10_800_000_000,
            count: 24, lag: item.vendor.lag)
        let skew = [0, 300_000_000, -240_000_000, 0][Int(item.seed % 4)] as Int64
        let end = log.lastVisible + 7_200_000_000
        let store = ModelStore()
        let source = Source(id: 0, name: "s")
        let configured = try PollSource(item.vendor, url: "http://127.0.0.1:1")
        var configuration = configured.configuration
        configuration.interval = max(configuration.interval, Self.interval)
        var now = Self.start + skew
        for life in 0..<7 {
            let isLast = life == 6
            let clock = VirtualClock(now, end: end + skew, participants: item.vendor.streams.count)
            let vendor = ServedVendor(
                item.vendor, log, clock: clock, skew: skew, faults: isLast ? .none : .many, seed: item.seed &+ UInt64(life),
                requests: isLast ? nil : Int.random(in: 1...40, using: &random))
            let sink = CrashingSink(store, seed: item.seed &+ UInt64(life))
            let collector = try PollCollector(
                source: source, configuration: configuration, stored: configured.stored(source, in: store), sink: sink,
                clock: clock, transport: vendor, logger: .quiet)
            _ = try await within { await #expect(throws: CancellationError.self) { try await collector.run() } }
            if isLast { sink.settle() } else { sink.crash() }
            if isLast { #expect(collector.status.polling?.problem == nil) }
            now = clock.now()
        }
        Self.expectOnce(item.vendor, log, store)
    }

    /// Each product once over HTTP, undisturbed.
    @Test(arguments: allVendors.map { Case(vendor: $0, seed: 3) })
    func overHTTP(_ item: Case) async throws {
        let log = EventLog(
            seed: 9, streams: item.vendor.streams, from: Self.start + -7_200_000_000, to: Self.start + 1_800_000_000, count: 16,
            lag: 120)
        let clock = VirtualClock(Self.start, end: log.lastVisible + 7_200_000_000, participants: item.vendor.streams.count)
        let vendor = ServedVendor(item.vendor, log, clock: clock)
        let server = try await APIServer { vendor.answer($0) }
        let configured = try PollSource(item.vendor, url: server.url)
        var configuration = configured.configuration
        configuration.interval = max(configuration.interval, Self.interval)
        let store = ModelStore()
        let sink = CrashingSink(store, seed: 1)
        let collector = try PollCollector(
            source: Source(id: 0, name: "s"), configuration: configuration, stored: [:], sink: sink, clock: clock,
            transport: nil, logger: .quiet)
        _ = try await within { await #expect(throws: CancellationError.self) { try await collector.run() } }
        sink.settle()
        Self.expectOnce(item.vendor, log, store)
        let polling = try #require(collector.status.polling)
        #expect(polling.problem == nil && polling.pages > 0 && polling.newestEvent != nil && polling.lastSuccess != nil)
        #expect(polling.duplicates == store.duplicates)
        try await server.close()
    }

    private static func expectOnce(_ vendor: any Vendor, _ log: EventLog, _ store: ModelStore) {
        let expected = log.entries.map { vendor.record($0) }.sorted()
        let stored = store.records.sorted()
        guard expected != stored else { return }
        let counts = Dictionary(stored.map { ($0, 1) }, uniquingKeysWith: +)
        let missing = expected.filter { counts[$0] == nil }
        let repeated = counts.filter { $0.value > 1 }.map(\.key)
        let strange = Array(Set(stored).subtracting(expected))
        Issue.record("missing \(missing.prefix(3)), more than once \(repeated.prefix(3)), strange \(strange.prefix(3))")
    }
}
