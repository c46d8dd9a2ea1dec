import Collectors
import EventModel
import Foundation
import TestSupport
import Testing

struct ElasticBulkTests {
    static let headers = ["Authorization": "ApiKey \(base64("id:\(HTTPRig.token("es"))"))", "Content-Type": "application/x-ndjson"]

    static func rig() throws -> HTTPRig { try HTTPRig([("es", .elasticsearch)]) }

    @Test func `documents are records, and each action has its result`() async throws {
        let rig = try Self.rig()
        let body = """
            {"index":{"_index":"a","_id":"7"}}
            {"n": 1}
            {"create":{}}
            {"n":2}
            {"delete":{"_id":"7"}}
            {"update":{"_id":"7"}}
            {"doc":{}}
            {"index":{}}
            {"n":
            {"index":{}}
            [1]

            """
        try await rig.run { rig async throws in
            let reply = try await rig.send("/logs/_bulk?filter_path=errors", body, Self.headers)
            #expect(reply.status == 200)
            #expect(reply.headers["x-elastic-product"] == "Elasticsearch")
            #expect(reply.body.contains(#""errors":true"#))
            let parts = reply.body.components(separatedBy: #"{"_index":"#).dropFirst().map { String($0.prefix(30)) }
            let heads = [#""a","_id""#] + [String](repeating: #""logs","_"#, count: 3) + [String](repeating: #""logs","s"#, count: 2)
            #expect(parts.map { String($0.prefix(9)) } == heads)
            #expect(reply.body.components(separatedBy: #""status":201"#).count == 3)
            #expect(reply.body.components(separatedBy: "document_parsing_exception").count == 3)
        }
        #expect(rig.sink.texts == [#"{"n": 1}"#, #"{"n":2}"#])
        #expect(rig.sink.refusals == [.malformed: 4])
    }

    @Test(arguments: [
        ("{\"index\":{}}\n{\"a\":1}", "line feed"), ("{\"index\":{}}\n", "no document"), ("{\"a\":{}}\n{}\n", "none of index"),
        ("{\"index\":1}\n{}\n", "an action is an object"), ("nonsense\n", "line 1"), ("{\"index\":{}}\n{}\n{\"index\":{}\n{}\n", "line 3"),
        ("{}\n{}\n", "one action"), ("{\"index\":{},\"create\":{}}\n{}\n", "one action"),
    ])
    func `a body that is no bulk is refused as a whole`(body: String, reason: String) async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            let reply = try await rig.send("/_bulk", body, Self.headers)
            #expect(reply.status == 400)
            #expect(reply.body.contains(reason), "\(reply.body)")
        }
        #expect(rig.sink.texts == [])
    }

    @Test(arguments: [
        "ApiKey " + base64("id:\(HTTPRig.token("es"))"), "Basic " + base64("elastic:\(HTTPRig.token("es"))"),
        "ApiKey \(HTTPRig.token("es"))", "Bearer \(HTTPRig.token("es"))",
    ])
    func `credentials come in several forms`(authorization: String) async throws {
        let rig = try Self.rig()
        try await rig.run { rig async throws in
            let headers = ["Authorization": authorization, "Accept": "application/vnd.elasticsearch+json; compatible-with=8"]
            let reply = try await rig.send("/", nil, headers, method: "GET")
            #expect(reply.status == 200)
            #expect(reply.headers["x-elastic-product"] == "Elasticsearch")
            #expect(reply.headers["content-type"] == "application/vnd.elasticsearch+json;compatible-with=8")
            let head = try await rig.send("/", nil, headers, method: "HEAD")
            #expect(head == .init(status: 200, body: "", headers: [:]))
            #expect(head.headers["content-length"] == "\(reply.body.utf8.count)")
            #expect(try await rig.send("/", nil, ["Authorization": "ApiKey x"], method: "GET").status == 401)
            #expect(try await rig.send("/", nil, [:], method: "GET").status == 401)
        }
    }

    @Test func `random lines end in an error, or in as many records as items without one`() {
        var random = SeededGenerator(seed: 0xe5)
        let lines = [
            #"{"index":{}}"#, #"{"create":{"_id":"1"}}"#, #"{"delete":{}}"#, #"{"update":{}}"#, #"{"a":1}"#, "{", "", "[]", "\u{0}",
            #"{"index":{"_index":5}}"#,
        ]
        for _ in 0..<fuzzRounds(4_000) {
            let text = (0..<Int.random(in: 0..<9, using: &random)).map { _ in lines.randomElement(using: &random)! + "\n" }.joined()
            let arena = Arena(capacity: 64)
            arena.append(text)
            guard let actions = try? BulkActions(arena, maximumRecordBytes: 1000) else { continue }
            #expect(actions.items.count { $0.error == nil } == actions.cuts.spans.count)
        }
    }
}
