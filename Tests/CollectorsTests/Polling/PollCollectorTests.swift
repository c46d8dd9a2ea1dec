import Collectors
import EventModel
import Logging
import Synchronization
import TestSupport
import Testing

/// What a poller does when an API misbehaves, one trouble at a time.
struct PollCollectorTests {
    private static let start = Timestamp(seconds: 1_777_629_600)

    /// Answers by a script: the closure gets the request and its number, from 0.
    private final class Script: PollTransport {
        private let count = Mutex(0)
        private let seen = Mutex<[String]>([])
        private let answer: @Sendable (APIRequest, Int) -> PollResponse

        init(_ answer: @escaping @Sendable (APIRequest, Int) -> PollResponse) { self.answer = answer }

        var targets: [String] { seen.withLock { $0 } }

        func send(_ request: PollRequest) async throws(PollError) -> PollResponse {
            let number = count.withLock { count in
                defer { count += 1 }
                return count
            }
            seen.withLock { $0.append("\(request.url)") }
            return answer(APIRequest(request), number)
        }
    }

    private struct Run {
        var store: ModelStore
        var status: PollStatus
        var clock: VirtualClock
        var elapsed: Int64
    }

    private static func run(
        _ vendor: any Vendor, _ script: Script, for seconds: Int64, store: ModelStore = ModelStore(),
        change: (inout PollConfiguration) -> Void = { _ in }
    ) async throws -> Run {
        let configured = try PollSource(vendor, url: "https://api.example.org")
        var configuration = configured.configuration
        change(&configuration)
        let clock = VirtualClock(start, end: start + seconds * 1_000_000, participants: configuration.streams.count)
        let sink = CrashingSink(store, seed: 1)
        let source = Source(id: 0, name: "s")
        let collector = try PollCollector(
            source: source, configuration: configuration, stored: configured.stored(source, in: store), sink: sink, clock: clock,
            transport: script, logger: .quiet)
        _ = try await within { await #expect(throws: CancellationError.self) { try await collector.run() } }
        sink.settle()
        return Run(store: store, status: try #require(collector.status.polling), clock: clock, elapsed: clock.now() - start)
    }

    @Test func aLinkToAnotherHostIsNotFollowedAndWhatCameWithItIsKept() async throws {
        let script = Script { request, _ in
            if request.path == "/oauth/token" { return .json(#"{"access_token":"t"}"#) }
            let item = #"{"id":"1","createdDateTime":"2026-05-01T09:00:00Z"}"#
            return .json(#"{"value":[\#(item)],"@odata.nextLink":"https://evil.example/x"}"#)
        }
        let vendor = EntraVendor()
        let run = try await Self.run(vendor, script, for: 3_600) { $0.streams = [$0.streams[0]] }
        #expect(run.store.records.count == 1 && run.store.cursor("poll:s:signIns") == nil)
        #expect(run.status.problem?.contains("leads away from https://api.example.org") == true)
        #expect(script.targets.allSatisfy { $0.hasPrefix("https://api.example.org/") || $0.hasSuffix("/oauth/token") })
    }

    @Test func anOktaLinkToAnotherHostIsNotStored() async throws {
        let script = Script { _, _ in
            .json(#"[{"uuid":"1","published":"2026-05-01T09:00:00Z"}]"#, ["Link": "<https://evil.example/logs>; rel=\"next\""])
        }
        let run = try await Self.run(OktaVendor(), script, for: 3_600)
        #expect(run.store.records.count == 1, "it is kept, once")
        #expect(run.store.cursor("poll:s:logs") == nil)
        #expect(run.status.problem?.contains("leads away from https://api.example.org") == true)
        #expect(script.targets.allSatisfy { $0.hasPrefix("https://api.example.org/") })
        #expect(script.targets.count < 20, "a person is not hurried")
    }

    @Test func wrongCredentialsAreSaidInTheStatusAndTriedSlowly() async throws {
        let script = Script { _, _ in .json(#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#, status: 401) }
        let run = try await Self.run(OktaVendor(), script, for: 7_200)
        #expect(run.status.problem?.contains("logs: status 401") == true)
        #expect(run.status.problem?.contains("secret-token") == false)
        #expect(run.status.failingStreams == 1 && run.status.lastSuccess == nil)
        #expect((5...26).contains(script.targets.count))
    }

    @Test func aPauseThatIsAskedForIsKept() async throws {
        let script = Script { _, number in
            number == 0 ? PollResponse(status: 429, headers: [.init("Retry-After", "100")]) : .json("[]")
        }
        let run = try await Self.run(OktaVendor(), script, for: 99)
        #expect(script.targets.count == 1)
        #expect(run.status.problem?.contains("too many requests") == true)
    }

    @Test func aQuotaThatIsUsedUpClosesTheDoorBeforeARefusal() async throws {
        let script = Script { _, _ in
            .json("[]", ["X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": "\(1_777_629_600 + 1_000)"])
        }
        _ = try await Self.run(OktaVendor(), script, for: 990)
        #expect(script.targets.count == 1)
    }

    @Test func aPositionThatIsNotKnownAnyMoreIsReadAgainFromTheNewestEvent() async throws {
        let script = Script { request, _ in
            if request.query["after"] != nil { return .json("{}", status: 400) }
            let link = ["Link": "</api/v1/logs?after=1>; rel=\"next\""]
            return .json(#"[{"uuid":"1","published":"2026-05-01T09:30:00Z"}]"#, link)
        }
        let run = try await Self.run(OktaVendor(), script, for: 300)
        #expect(run.store.records.count == 1 && run.store.duplicates > 0)
        #expect(script.targets.contains { $0.contains("since=2026-05-01T09%3A30%3A00.000Z") })
    }

    @Test func tooManyPagesMakeTheSpanShorter() async throws {
        // One event a minute, two a page: half an hour more than what is read again fits into a cycle.
        let log = (0..<60).map { Self.start + Int64($0 - 70) * 60_000_000 }
        let script = Script { request, _ in
            guard let from = request.time("from", .epochMilliseconds), let until = request.time("to", .epochMilliseconds) else {
                return .json("{}", status: 400)
            }
            let found = log.filter { $0 >= from && $0 <= until }
            let page = found.page(from: request.number("cursor") ?? 0, size: 2)
            let items = page.items.map { #"{"id":"\#($0.microseconds)","attributes":{"time":"\#($0.text())"}}"# }
            return .json(#"{"data":[\#(items.joined(separator: ","))],"meta":{"next":\#(page.next.map { "\"\($0)\"" } ?? "null")}}"#)
        }
        let run = try await Self.run(AtlassianVendor(), script, for: 7_200) {
            $0.limits.pages = 22
            $0.start = 7_200_000_000
        }
        #expect(Set(run.store.records).count == 60 && run.store.records.count == 60, "\(run.store.records.count) \(run.status)")
    }

    @Test func aListedFileThatIsGoneHoldsNothingUp() async throws {
        let script = Script { request, _ in
            if request.path == "/oauth/token" { return .json(#"{"access_token":"t"}"#) }
            if request.path == "/file/1" { return .json("{}", status: 404) }
            if request.path == "/file/2" { return PollResponse(status: 200, body: Array("A,B\n1,2\n1,2\n".utf8)) }
            let files = (1...2).map { #"{"Id":"\#($0)","CreatedDate":"2026-05-01T09:0\#($0):00.000+0000","LogFile":"/file/\#($0)"}"# }
            return .json(#"{"done":true,"records":[\#(files.joined(separator: ","))]}"#)
        }
        let run = try await Self.run(SalesforceVendor(), script, for: 3_600) { $0.streams = [$0.streams[0]] }
        #expect(run.store.records == [#"{"A":"1","B":"2"}"#, #"{"A":"1","B":"2"}"#], "equal lines of a file are records of their own")
        #expect(run.status.problem?.contains("the listed file /file/1 cannot be fetched") == true)
        #expect(run.status.lastSuccess != nil && run.status.failingStreams == 0)
    }

    @Test func moreKeysThanThereIsRoomForAreSaid() async throws {
        let script = Script { request, number in
            let items = (0..<50).map { #"{"id":"\#(number)-\#($0)","date_create":1777629\#(100 + $0)}"# }
            return .json(#"{"entries":[\#(items.joined(separator: ","))],"response_metadata":{"next_cursor":""}}"#)
        }
        let run = try await Self.run(SlackVendor(), script, for: 300) { $0.limits.keys = 120 }
        #expect(run.status.problem?.contains("more than 120 records") == true)
        #expect(run.status.rememberedKeys <= 121)
    }

    @Test func longRecordsAreCutAndFlagged() async throws {
        let long = String(repeating: "x", count: 5_000)
        let script = Script { _, _ in
            .json(#"[{"uuid":"1","published":"2026-05-01T09:30:00Z","x":"\#(long)"}]"#, ["Link": "</a>; rel=\"next\""])
        }
        let run = try await Self.run(OktaVendor(), script, for: 10) { $0.maximumRecordBytes = 2_000 }
        #expect(run.store.records.map(\.utf8.count) == [2_000])
        #expect(run.store.flaws == [.truncated])
    }

    @Test func aStoredPositionThatIsNoneIsAnError() throws {
        let configured = try PollSource(OktaVendor(), url: "https://api.example.org")
        let stored = ["poll:s:logs": PollCollector.Stored(cursor: .init(name: "poll:s:logs", value: "{}"), memory: [])]
        #expect(throws: CollectorError.self) {
            try PollCollector(
                source: Source(id: 0, name: "s"), configuration: configured.configuration, stored: stored, sink: CollectingSink(),
                logger: .quiet)
        }
    }

    @Test func theProbeShowsWhatWasAskedAndStoresNothing() async throws {
        let vendor = Microsoft365Vendor()
        let log = EventLog(seed: 1, streams: vendor.streams, from: Self.start + -7_200_000_000, to: Self.start, count: 8, lag: 0)
        let clock = VirtualClock(Self.start + 1_000_000)
        let served = ServedVendor(vendor, log, clock: clock)
        let configured = try PollSource(vendor, url: "https://api.example.org")
        let answers = await PollProbe(configured.configuration, clock: clock, transport: served).run()
        #expect(answers.map(\.stream) == ["Audit.Exchange", "Audit.General"], "in the order of the file")
        for answer in answers {
            #expect(answer.problem == nil)
            let record = try #require(answer.record.map { String(decoding: $0, as: UTF8.self) })
            #expect(log.entries.map { vendor.record($0) }.contains(record))
            #expect(answer.exchanges.count == 3, "the subscription, the list, a blob")
            #expect(answer.exchanges.allSatisfy { !$0.request.contains("secret") })
        }
    }

    @Test func theProbeSaysWhatIsWrong() async throws {
        let configured = try PollSource(OktaVendor(), url: "https://api.example.org")
        let refused = FixedTransport(.json(#"{"errorCode":"E0000006"}"#, status: 403))
        let answers = await PollProbe(configured.configuration, clock: VirtualClock(Self.start), transport: refused).run()
        #expect(answers.count == 1)
        #expect(answers[0].problem?.contains("lack a permission") == true)
        #expect(answers[0].exchanges[0].answer == "403")
    }
}
