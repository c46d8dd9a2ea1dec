import Collectors
import EventModel
import Testing

struct RateLimitTests {
    @Test(arguments: [
        ("1000/s", RateLimit(records: 1000, per: .seconds(1))), ("60/m", RateLimit(records: 60, per: .seconds(60))),
        ("5/h", RateLimit(records: 5, per: .seconds(3600))), ("0/s", nil), ("-1/s", nil), ("5", nil), ("5/d", nil), ("x/s", nil),
        ("5/s/s", nil),
    ])
    func `a limit is records in a time`(text: String, limit: RateLimit?) {
        #expect(RateLimit(text) == limit)
    }

    @Test func `a bucket fills with time, and may be overdrawn by one request`() {
        let start = ContinuousClock.now
        var bucket = RateBucket(RateLimit(records: 10, per: .seconds(1)), at: start)
        func wait(_ milliseconds: Int) -> Int? { bucket.wait(at: start + .milliseconds(milliseconds)) }
        #expect(wait(0) == nil)
        bucket.take(35)
        #expect(wait(0) == 3)
        #expect(wait(2_000) == 1)
        #expect(wait(2_700) == nil)
        bucket.take(2)
        #expect(wait(2_700) == 1)
        // A long silence saves up one period's records, not more.
        #expect(wait(1_000_000) == nil)
        bucket.take(10)
        #expect(wait(1_000_000) == 1)
    }

    @Test func `a quota begins anew with the day`() {
        var quota = DailyQuota(100)
        let day: Int64 = 86_400 * 20_000
        func wait(_ seconds: Int64) -> Int? { quota.wait(at: day + seconds) }
        #expect(wait(0) == nil)
        quota.take(150, at: day + 10)
        #expect(wait(86_300) == 100)
        #expect(wait(86_400) == nil)
    }

    @Test func `too many records and too many bytes are asked to come again`() async throws {
        let rig = try HTTPRig(source: {
            $0.rateLimit = RateLimit(records: 2, per: .seconds(3_600))
        })
        try await rig.run { rig async throws in
            #expect(try await rig.send("/ingest/app", #"[{"a":1},{"b":2},{"c":3}]"#, JSONIngestTests.bearer).status == 200)
            let reply = try await rig.send("/ingest/app", #"{"a":1}"#, JSONIngestTests.bearer)
            #expect(reply.status == 429)
            #expect(Int(reply.headers["retry-after"] ?? "").map { $0 > 1_800 } == true)
        }
        #expect(rig.sink.refusals == [.rateLimit: 1])
        let small = try HTTPRig(source: { $0.dailyQuota = 10 })
        try await small.run { rig async throws in
            #expect(try await rig.send("/ingest/app", #"{"a":"0123456789"}"#, JSONIngestTests.bearer).status == 200)
            #expect(try await rig.send("/ingest/app", #"{"a":1}"#, JSONIngestTests.bearer).status == 429)
        }
        #expect(small.sink.refusals == [.quota: 1])
    }
}
