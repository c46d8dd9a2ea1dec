import Collectors
import EventModel
import Foundation
import TestSupport
import Testing

struct TokenTests {
    @Test(arguments: [
        (nil, 401), ("Bearer", 401), ("Bearer wrong", 401), ("Basic " + base64("a:\(HTTPRig.token("app"))"), 401),
        ("Bearer \(HTTPRig.token("other"))", 401), ("bearer \(HTTPRig.token("app"))", 200), ("Bearer  \(HTTPRig.token("app"))", 200),
    ] as [(String?, Int)])
    func `a request needs its source's own token`(authorization: String?, status: Int) async throws {
        let rig = try HTTPRig([("app", .json), ("other", .json)])
        try await rig.run { rig async throws in
            var headers: [String: String] = [:]
            headers["Authorization"] = authorization
            let reply = try await rig.send("/ingest/app", #"{"a":1}"#, headers)
            #expect(reply.status == status)
            #expect(!reply.body.contains(HTTPRig.token))
            if status == 401 { #expect(reply.headers["www-authenticate"] == "Bearer") }
        }
        #expect(rig.sink.refusals == (status == 200 ? [:] : [.authentication: 1]))
    }

    @Test func `sources on one path are told apart by their tokens`() async throws {
        let rig = try HTTPRig([("one", .splunkHEC(acknowledges: false)), ("two", .splunkHEC(acknowledges: false))])
        try await rig.run { rig async throws in
            for name in ["two", "one", "two"] {
                let headers = ["Authorization": "Splunk \(HTTPRig.token(name))"]
                #expect(try await rig.send("/services/collector", #"{"event":"\#(name)"}"#, headers).status == 200)
            }
        }
        #expect(rig.listener.sources.map(\.status.records) == [1, 2])
    }

    @Test func `a new token is taken up while it runs, beside the old one or instead of it`() async throws {
        let rig = try HTTPRig()
        try await rig.run { rig async throws in
            @Sendable func status(_ token: String) async throws -> Int {
                try await rig.send("/ingest/app", "[]", ["Authorization": "Bearer \(token)"]).status
            }
            #expect(try await status(HTTPRig.token("app")) == 200)
            try rig.folder.file("app.token", Data("the-new-one".utf8))
            try await eventually { (try? await status("the-new-one")) == 200 }
            #expect(try await status(HTTPRig.token("app")) == 401)
            try FileManager.default.removeItem(atPath: rig.folder.path("app.token"))
            #expect(try await status("the-new-one") == 200)
        }
    }

    @Test func `two sources with one token on one path cannot start`() throws {
        let rig = try HTTPRig([("a", .otlp), ("b", .json)])
        let token = try #require(SecretReference("file:\(rig.folder.path("a.token"))", relativeTo: ""))
        func listener(_ kinds: [HTTPSourceConfiguration.Kind]) throws -> HTTPListener {
            try HTTPListener(
                configuration: HTTPConfiguration(port: 0),
                sources: kinds.enumerated().map {
                    (Source(id: $0.offset, name: "s\($0.offset)"), HTTPSourceConfiguration(kind: $0.element, secrets: [token]))
                }, sink: rig.sink, logger: .quiet)
        }
        #expect(throws: CollectorError.self) { try listener([.otlp, .json, .otlp]) }
        do {
            _ = try listener([.elasticsearch, .elasticsearch])
        } catch {
            #expect("\(error)".contains("source s1") && "\(error)".contains("source s0"))
            #expect(!"\(error)".contains(HTTPRig.token))
        }
        _ = try listener([.otlp, .elasticsearch, .json, .json, .splunkHEC(acknowledges: true)])
    }

    @Test func `a token that cannot be had is an error at the start`() throws {
        let missing = try #require(SecretReference("file:/nowhere/token", relativeTo: ""))
        #expect(throws: CollectorError.self) {
            try HTTPListener(
                configuration: HTTPConfiguration(port: 0),
                sources: [(Source(id: 0, name: "a"), HTTPSourceConfiguration(kind: .json, secrets: [missing]))],
                sink: CollectingSink(), logger: .quiet)
        }
    }
}
