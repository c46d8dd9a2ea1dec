import Collectors
import EventModel
import TestSupport
import Testing

struct SplunkHECTests {
    static let headers = ["Authorization": "Splunk \(HTTPRig.token("hec"))"]

    static func rig(acknowledges: Bool = false, sink: CollectingSink = CollectingSink()) throws -> HTTPRig {
        try HTTPRig([("hec", .splunkHEC(acknowledges: acknowledges))], sink: sink)
    }

    @Test(arguments: ["/services/collector", "/services/collector/event", "/services/collector/event/1.0"])
    func `events in a row are records as a whole`(path: String) async throws {
        let rig = try Self.rig()
        let events = [
            #"{"time":1426279439.5,"host":"h","event":{"a":1}}"#, #"{"event":"text","fields":{"x":"y","l":["1"]}}"#, #"{"event":5}"#,
        ]
        try await rig.run { rig async throws in
            let reply = try await rig.send(path, events[0] + events[1] + "\n" + events[2], Self.headers)
            #expect(reply == .init(status: 200, body: #"{"text":"Success","code":0}"#, headers: [:]))
        }
        #expect(rig.sink.texts == events)
    }

    /// Of the envelope all bytes stay; the string is the JSON that it holds.
    @Test(arguments: [
        (#"{"time":1, "event" : "{\"a\": \"\\u00e9\\n\"}" ,"host":"h"}"#, #"{"time":1, "event" : {"a": "\u00e9\n"} ,"host":"h"}"#),
        (#"{"event":" {\"a\":1}\n"}"#, #"{"event":{"a":1}}"#), (#"{"event":"{\"a\":1} x"}"#, #"{"event":"{\"a\":1} x"}"#),
        (#"{"event":"{broken"}"#, #"{"event":"{broken"}"#), (#"{"event":"[1]"}"#, #"{"event":"[1]"}"#),
    ])
    func `an event that is JSON in a string stands as JSON`(sent: String, stored: String) throws {
        let arena = Arena(capacity: 64)
        arena.append(#"{"event":1}"# + sent + #"{"event":2}"#)
        let cuts = try HECEvents.cut(arena, maximumRecordBytes: 1_000)
        let records = cuts.spans.map { String(decoding: cuts.bytes.slice(Int($0.offset), Int($0.length)), as: UTF8.self) }
        #expect(records == [#"{"event":1}"#, stored, #"{"event":2}"#])
    }

    @Test func `raw lines are records`() async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            let reply = try await rig.send("/services/collector/raw?sourcetype=x", "one\r\ntwo\n", Self.headers)
            #expect(reply.body == #"{"text":"Success","code":0}"#)
        }
        #expect(rig.sink.texts == ["one", "two"])
    }

    /// https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector
    @Test(arguments: [
        ("event", #"{"event":1}"#, nil as String?, 401, #""code":2}"#), ("event", #"{"event":1}"#, "Bearer x", 401, #""code":3}"#),
        ("event", #"{"event":1}"#, "Splunk x", 403, #""code":4}"#), ("event", "", "right", 400, #""code":5}"#),
        ("event", #"{"event":1}{"#, "right", 400, #""code":6,"invalid-event-number":1"#),
        ("event", "[1]", "right", 400, #""code":6,"invalid-event-number":0"#),
        ("event", #"{"event":1}{"time":1}"#, "right", 400, #""code":12,"invalid-event-number":1"#),
        ("event", #"{"event":""}"#, "right", 400, #""code":13,"invalid-event-number":0"#),
        ("event", #"{"event":1,"fields":{"a":{}}}"#, "right", 400, #""code":15,"invalid-event-number":0"#),
        ("event", #"{"event":1,"fields":[1]}"#, "right", 400, #""code":15"#), ("raw", "", "right", 400, #""code":5}"#),
        ("ack", #"{"acks":[0]}"#, "right", 400, #""code":14}"#), ("nothing", "", "right", 404, "error"),
    ])
    func `each error has its code, and nothing is stored`(
        path: String, body: String, authorization: String?, status: Int, part: String
    ) async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            var headers: [String: String] = [:]
            headers["Authorization"] = authorization == "right" ? Self.headers["Authorization"] : authorization
            let reply = try await rig.send("/services/collector/\(path)", body, headers)
            #expect(reply.status == status)
            #expect(reply.body.contains(part), "\(reply.body)")
        }
        #expect(rig.sink.texts == [])
    }

    @Test func `Basic with the token as password does, and health needs none`() async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            let basic = "Basic " + base64("x:\(HTTPRig.token("hec"))")
            #expect(try await rig.send("/services/collector", #"{"event":1}"#, ["Authorization": basic]).status == 200)
            let health = try await rig.send("/services/collector/health/1.0", nil, [:], method: "GET")
            #expect(health == .init(status: 200, body: #"{"text":"HEC is healthy","code":17}"#, headers: [:]))
        }
    }

    @Test func `an acknowledgement is true only after the commit, and told once`() async throws {
        let rig = try Self.rig(acknowledges: true, sink: CollectingSink(holdsReceipts: true))
        try await rig.run { rig async throws in
            var headers = Self.headers
            let without = try await rig.send("/services/collector", #"{"event":1}"#, headers)
            #expect(without.body == #"{"text":"Data channel is missing","code":10}"#)
            headers["X-Splunk-Request-Channel"] = "FE0ECFAD-13D5-401B-847D-77833BD77131"
            for number in 0..<2 {
                let reply = try await rig.send("/services/collector", #"{"event":1}"#, headers)
                #expect(reply.body == #"{"text":"Success","code":0,"ackId":\#(number)}"#)
            }
            let ask = #"{"acks":[0,1,2]}"#
            #expect(try await rig.send("/services/collector/ack", ask, headers).body == #"{"acks":{"0":false,"1":false,"2":false}}"#)
            rig.sink.commit()
            #expect(try await rig.send("/services/collector/ack", ask, headers).body == #"{"acks":{"0":true,"1":true,"2":false}}"#)
            #expect(try await rig.send("/services/collector/ack", ask, headers).body == #"{"acks":{"0":false,"1":false,"2":false}}"#)
            headers["X-Splunk-Request-Channel"] = "other"
            #expect(try await rig.send("/services/collector/ack?x=y", ask, headers).body == #"{"acks":{"0":false,"1":false,"2":false}}"#)
            #expect(try await rig.send("/services/collector/ack", "{}", headers).status == 400)
        }
    }

    @Test func `channels and numbers are bounded, and expire`() throws {
        var channels = AckChannels()
        let start = ContinuousClock.now
        for number in 0..<AckChannels.maximumPending { #expect(channels.open("a", at: start) == number) }
        #expect(channels.open("a", at: start) == nil)
        channels.commit(3, of: "a")
        #expect(channels.answer([3], of: "a", at: start).first?.isCommitted == true)
        #expect(channels.open("a", at: start) == AckChannels.maximumPending)
        for number in 1..<AckChannels.maximumChannels { #expect(channels.open("c\(number)", at: start) == 0) }
        #expect(channels.open("z", at: start) == nil)
        #expect(channels.open("z", at: start + AckChannels.expiry + .seconds(1)) == 0)
        #expect(channels.count == 1)
    }

    @Test func `random bodies end in an error or in records that are objects with an event`() {
        var random = SeededGenerator(seed: 0x48ec)
        let pieces = [
            #"{"event":"#, #"{"time":1,"event":{"a":"b"}}"#, "}", "{", #""x""#, ",", "[", "]", "null", #"{"fields":{"#, " ", "\n", "1",
        ]
        for _ in 0..<fuzzRounds(4_000) {
            let text = (0..<Int.random(in: 0..<8, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            let arena = Arena(capacity: 64)
            arena.append(text)
            guard let cuts = try? HECEvents.cut(arena, maximumRecordBytes: 1000) else { continue }
            #expect(!cuts.spans.isEmpty)
            for span in cuts.spans {
                let record = String(decoding: cuts.bytes.slice(Int(span.offset), Int(span.length)), as: UTF8.self)
                #expect(record.hasPrefix("{") && record.contains(#""event":"#), "\(text)")
            }
        }
    }
}
