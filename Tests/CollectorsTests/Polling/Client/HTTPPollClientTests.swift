import Collectors
import EventModel
import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// The client against a real server.
struct HTTPPollClientTests {
    private static func ask(_ url: String, limits: PollLimits = PollLimits()) async throws -> PollResponse {
        let client = HTTPPollClient(limits: limits)
        do {
            let response = try await client.send(
                PollRequest(method: "POST", url: try #require(PollURL(url)), headers: [.init("X-A", "b")], body: Array("hello".utf8)))
            await client.shutdown()
            return response
        } catch {
            await client.shutdown()
            throw error
        }
    }

    @Test func asksAndReads() async throws {
        let server = try await APIServer { request in
            .json("\(request.method) \(request.target) \(request.headers["x-a"] ?? "") \(request.body)", status: 201, ["X-B": "c"])
        }
        let response = try await Self.ask(server.url + "/x?y=%20")
        #expect(response.status == 201 && response.header("x-b") == "c")
        #expect(String(decoding: response.body, as: UTF8.self) == "POST /x?y=%20 b hello")
        try await server.close()
    }

    @Test func anAnswerThatIsTooLargeNeedsAPerson() async throws {
        let server = try await APIServer { _ in PollResponse(status: 200, body: [UInt8](repeating: 0x20, count: 100_000)) }
        var limits = PollLimits()
        limits.responseBytes = 99_999
        do {
            _ = try await Self.ask(server.url, limits: limits)
            Issue.record("it must fail")
        } catch let error as PollError {
            #expect(error.kind == .needsPerson)
        }
        try await server.close()
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try await APIServer { request in
            request.path == "/" ? PollResponse(status: 302, headers: [.init("Location", "/elsewhere")]) : .json("followed")
        }
        #expect(try await Self.ask(server.url + "/").status == 302)
        try await server.close()
    }

    @Test func nobodyThereIsTransient() async throws {
        let server = try await APIServer { _ in .json("") }
        let url = server.url
        try await server.close()
        do {
            _ = try await Self.ask(url)
            Issue.record("it must fail")
        } catch let error as PollError {
            #expect(error.kind == .transient && error.description.contains("cannot be reached"))
        }
    }

    @Test func aServerThatSaysNothingIsLeft() async throws {
        let silent = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).get()
        var limits = PollLimits()
        limits.requestTime = .milliseconds(200)
        do {
            _ = try await Self.ask("http://127.0.0.1:\(silent.localAddress?.port ?? 0)/", limits: limits)
            Issue.record("it must fail")
        } catch let error as PollError {
            #expect(error.kind == .transient)
        }
        try await silent.close().get()
    }

    /// `[]` compressed with gzip, as Snowflake sends partitions.
    @Test func compressedAnswersAreRead() async throws {
        let gzip: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 139, 142, 5, 0, 41, 187, 76, 13, 2, 0, 0, 0]
        let server = try await APIServer { _ in PollResponse(status: 200, headers: [.init("Content-Encoding", "gzip")], body: gzip) }
        #expect(try await Self.ask(server.url).body == Array("[]".utf8))
        try await server.close()
    }
}
