import Alerting
import EventModel
import Logging
import Synchronization
import Testing

/// The dispatcher against a real receiver over real connections; retries run on a clock that jumps.
@Suite(.timeLimit(.minutes(3))) struct AlertDispatcherTests {
    static let secret = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

    /// Runs a dispatcher while `body` does, then stops it.
    private func dispatching(
        _ outbox: MemoryOutbox, _ endpoints: [AlertReceiver], clock: TestClock, policy: RetryPolicy = RetryPolicy(jitter: 0),
        limits: DeliveryLimits = DeliveryLimits(drainTime: .zero, outboxPause: .milliseconds(5)),
        _ body: () async throws -> Void
    ) async throws {
        let transport = HTTPTransport()
        let dispatcher = AlertDispatcher(
            endpoints: endpoints, source: outbox, transport: AlertTransport(webhooks: transport), policy: policy,
            limits: limits, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await dispatcher.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        try await task.value
        await transport.shutdown()
    }

    private func hook(
        _ url: String, name: String = "hook", timeout: Duration = .seconds(20), secrets: [String] = [secret]
    ) throws -> AlertReceiver {
        .webhook(try Webhook(name: name, url: url, secrets: secrets, timeout: timeout, allowsPrivateAddresses: true))
    }

    @Test func deliversEachOnceAndSigned() async throws {
        let receiver = try await WebhookReceiver { _, _ in .status(204) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        for index in 0..<40 { outbox.add("msg_\(index)", body: #"{"n":\#(index)}"#, at: clock.now()) }
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0.allSatisfy { $0.state == .delivered } })
        }
        let requests = receiver.requests
        #expect(requests.count == 40)
        #expect(Set(requests.map(\.id)).count == 40)
        let secret = try #require(WebhookSecret(Self.secret))
        for request in requests {
            #expect(request.uri == "/alerts")
            #expect(request.body == #"{"n":\#(request.id.dropFirst(4))}"#)
            let timestamp = try #require(Int64(request.headers["webhook-timestamp"] ?? ""))
            #expect(timestamp == 1_795_521_600)
            #expect(
                Signature.verify(
                    request.headers["webhook-signature"] ?? "", id: request.id, timestamp: timestamp, body: request.body,
                    secrets: [secret]))
            #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        }
        await receiver.stop()
    }

    @Test func takesUpWhatIsCommittedLater() async throws {
        let receiver = try await WebhookReceiver { _, _ in .status(200) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            for round in 0..<5 {
                outbox.add("msg_\(round)", at: clock.now())
                #expect(await outbox.wait { $0.allSatisfy { $0.state == .delivered } })
            }
        }
        #expect(receiver.requests.map(\.id) == (0..<5).map { "msg_\($0)" })
        await receiver.stop()
    }

    @Test(arguments: [500, 502, 503, 408, 425, 302])
    func triesAgainUnderTheSameID(status: Int) async throws {
        let receiver = try await WebhookReceiver { _, number in number < 3 ? .status(status) : .status(200) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", body: "one", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .delivered })
        }
        #expect(receiver.requests.map(\.id) == Array(repeating: "msg_1", count: 4))
        #expect(Set(receiver.requests.map(\.body)) == ["one"])
        #expect(outbox.entries[0].errors == Array(repeating: "status \(status)", count: 3))
        // 5 s, 5 min and 30 min have passed.
        #expect(clock.now() - Timestamp(seconds: 1_795_521_600) >= 2_105_000_000)
        await receiver.stop()
    }

    @Test func waitsAsLongAsTheReceiverAsks() async throws {
        let receiver = try await WebhookReceiver { _, number in
            number == 0 ? .status(429, ["Retry-After": "3600"], body: "slow down") : .status(200)
        }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .delivered })
        }
        let stamps = receiver.requests.compactMap { Int($0.headers["webhook-timestamp"] ?? "") }
        #expect(stamps == [1_795_521_600, 1_795_525_200])
        #expect(outbox.entries[0].errors == ["status 429: slow down"])
        await receiver.stop()
    }

    @Test func goneDisablesTheEndpointAndKeepsTheRest() async throws {
        let gone = try await WebhookReceiver { _, _ in .status(410) }
        let other = try await WebhookReceiver { _, _ in .status(200) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        let endpoints = [try hook(gone.url), try hook(other.url, name: "other", secrets: [])]
        for index in 0..<3 { outbox.add("msg_\(index)", finding: "f", at: clock.now()) }
        outbox.add("msg_other", endpoint: "other", at: clock.now())
        try await dispatching(outbox, endpoints, clock: clock) {
            #expect(await outbox.wait { $0[0].state == .dead && $0[3].state == .delivered })
            #expect(await outbox.wait { _ in true })
        }
        #expect(outbox.disabled == ["hook"])
        #expect(gone.requests.map(\.id) == ["msg_0"])
        #expect(outbox.entries.map(\.state) == [.dead, .pending, .pending, .delivered])
        #expect(other.requests[0].headers["webhook-signature"] == nil)
        await gone.stop()
        await other.stop()
    }

    @Test func refusalsAreDeadLetters() async throws {
        let receiver = try await WebhookReceiver { request, _ in
            request.id == "msg_bad" ? .status(422, body: "no such\nchannel") : .status(200)
        }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_bad", finding: "f", at: clock.now())
        outbox.add("msg_good", finding: "f", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0.allSatisfy { $0.state != .pending } })
        }
        #expect(outbox.entry("msg_bad")?.state == .dead)
        #expect(outbox.entry("msg_bad")?.errors == ["status 422: no such channel"])
        #expect(outbox.entry("msg_good")?.state == .delivered)
        await receiver.stop()
    }

    @Test func doesNotFollowRedirects() async throws {
        let elsewhere = try await WebhookReceiver { _, _ in .status(200) }
        let target = elsewhere.url
        let receiver = try await WebhookReceiver { _, _ in .status(307, ["Location": target]) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .dead })
        }
        #expect(elsewhere.requests.isEmpty)
        #expect(receiver.requests.count == 10)
        #expect(outbox.entries[0].errors.last == "given up after 10 attempts; the last one: status 307")
        await receiver.stop()
        await elsewhere.stop()
    }

    @Test(arguments: [(200, MemoryOutbox.State.delivered), (404, .dead)])
    func endlessAnswersEnd(status: Int, state: MemoryOutbox.State) async throws {
        let receiver = try await WebhookReceiver { _, _ in .endless(status) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == state })
        }
        #expect((outbox.entries[0].errors.first?.utf8.count ?? 0) < 600)
        await receiver.stop()
    }

    @Test(arguments: [true, false])
    func silenceAndHangUpsAreFailures(isSilent: Bool) async throws {
        let receiver = try await WebhookReceiver { _, number in number > 0 ? .status(200) : isSilent ? .silence : .hangUp }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url, timeout: .seconds(1))], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .delivered })
        }
        // A machine under load may let more than the first attempt time out.
        #expect(Set(receiver.requests.map(\.id)) == ["msg_1"])
        #expect(receiver.requests.count >= 2)
        #expect(outbox.entries[0].errors.count >= 1)
        await receiver.stop()
    }

    @Test func aClosedPortIsAFailureUntilItOpens() async throws {
        let first = try await WebhookReceiver { _, _ in .status(200) }
        let port = first.port
        await first.stop()
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        let schedule = Array(repeating: Duration.seconds(1), count: 100_000)
        let policy = RetryPolicy(schedule: schedule, jitter: 0)
        try await dispatching(outbox, [try hook("http://127.0.0.1:\(port)/alerts")], clock: clock, policy: policy) {
            #expect(await outbox.wait { $0[0].errors.count >= 3 })
            let receiver = try await WebhookReceiver(port: port) { _, _ in .status(200) }
            #expect(await outbox.wait { $0[0].state == .delivered })
            #expect(receiver.requests.map(\.id) == ["msg_1"])
            await receiver.stop()
        }
    }

    @Test func threeDaysDownLoseNothingAndKeepOrder() async throws {
        let clock = TestClock()
        let back = clock.now() + 72 * 3_600_000_000
        let accepted = AcceptedIDs()
        let receiver = try await WebhookReceiver { request, _ in
            if clock.now() < back { return .status(503) }
            accepted.add(request.id)
            return .status(200)
        }
        let outbox = MemoryOutbox()
        for update in 0..<3 {
            for finding in 0..<8 { outbox.add("msg_\(finding)_\(update)", finding: "f\(finding)", at: clock.now()) }
        }
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock, policy: RetryPolicy(jitter: 0.1)) {
            #expect(await outbox.wait(seconds: 60) { $0.allSatisfy { $0.state == .delivered } })
        }
        let ids = accepted.all
        #expect(Set(ids) == Set(outbox.entries.map(\.delivery.id)))
        #expect(ids.count == 24)
        for finding in 0..<8 {
            #expect(ids.filter { $0.hasPrefix("msg_\(finding)_") } == (0..<3).map { "msg_\(finding)_\($0)" })
        }
        #expect(Set(receiver.requests.map(\.id)).isSubset(of: Set(ids)))
        await receiver.stop()
    }

    @Test func aSlowReceiverHoldsUpNobodyElse() async throws {
        let slow = try await WebhookReceiver { _, _ in .silence }
        let quick = try await WebhookReceiver { _, _ in .status(200) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        for index in 0..<10 {
            outbox.add("slow_\(index)", endpoint: "hook", at: clock.now())
            outbox.add("quick_\(index)", endpoint: "quick", at: clock.now())
        }
        let endpoints = [try hook(slow.url), try hook(quick.url, name: "quick")]
        try await dispatching(outbox, endpoints, clock: clock) {
            #expect(await outbox.wait { $0.filter { $0.delivery.endpoint == "quick" }.allSatisfy { $0.state == .delivered } })
        }
        #expect(slow.requests.count <= DeliveryLimits().inFlightPerEndpoint)
        #expect(outbox.entries.filter { $0.delivery.endpoint == "hook" }.allSatisfy { $0.state == .pending && $0.errors.isEmpty })
        await slow.stop()
        await quick.stop()
    }

    @Test func interruptedAttemptsAreMadeAgainUnderTheSameID() async throws {
        let isBack = Atomic(false)
        let arrived = AsyncStream<Void>.makeStream()
        let receiver = try await WebhookReceiver { _, _ in
            arrived.continuation.yield()
            return isBack.load(ordering: .relaxed) ? .status(200) : .silence
        }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            var arrivals = arrived.stream.makeAsyncIterator()
            await arrivals.next()
        }
        #expect(outbox.entries[0].state == .pending)
        #expect(outbox.entries[0].errors.isEmpty)
        isBack.store(true, ordering: .relaxed)
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .delivered })
        }
        #expect(receiver.requests.map(\.id) == ["msg_1", "msg_1"])
        await receiver.stop()
    }

    @Test func anOutboxThatFailsIsToldAgain() async throws {
        let receiver = try await WebhookReceiver { _, _ in .status(200) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        outbox.failWrites(3)
        outbox.add("msg_1", at: clock.now())
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock) {
            #expect(await outbox.wait { $0[0].state == .delivered })
        }
        #expect(receiver.requests.count == 1)
        await receiver.stop()
    }

    @Test func aReceiverThatIsDownIsSpared() async throws {
        let receiver = try await WebhookReceiver { _, _ in .status(500) }
        let outbox = MemoryOutbox()
        let clock = TestClock()
        for index in 0..<100 { outbox.add("msg_\(index)", at: clock.now()) }
        let policy = RetryPolicy(schedule: [.zero, .seconds(3_600)], jitter: 0)
        let limits = DeliveryLimits(inFlightPerEndpoint: 1, drainTime: .zero)
        try await dispatching(outbox, [try hook(receiver.url)], clock: clock, policy: policy, limits: limits) {
            #expect(await outbox.wait { $0.filter { !$0.errors.isEmpty }.count >= 8 })
        }
        // Five failures opened the breaker; from then on one probe at a time, after 10 s, 20 s and so on.
        let stamps = receiver.requests.compactMap { Int($0.headers["webhook-timestamp"] ?? "") }.map { $0 - 1_795_521_600 }
        #expect(Array(stamps.prefix(8)) == [0, 0, 0, 0, 0, 10, 30, 70])
        await receiver.stop()
    }
}

/// Ids in the order in which a receiver took them.
private final class AcceptedIDs: Sendable {
    private let ids = Mutex<[String]>([])

    var all: [String] { ids.withLock { $0 } }

    func add(_ id: String) { ids.withLock { $0.append(id) } }
}
