import Collectors
import TestSupport
import Testing

struct HTTPGarbageTests {
    @Test func `random bytes end in an answer or a closed connection`() async throws {
        let rig = try HTTPRig {
            $0.headerTimeout = .seconds(3)
            $0.requestTimeout = .seconds(3)
            $0.idleTimeout = .milliseconds(300)
        }
        try await rig.run { rig async throws in
            var random = SeededGenerator(seed: 9112)
            let pieces = [
                "POST ", "/ingest/app ", "HTTP/1.1\r\n", "\r\n", "Content-Length: ", "5", "Transfer-Encoding: chunked\r\n", "\u{0}",
                "5\r\nabcde\r\n", "0\r\n\r\n", "Authorization: Bearer x\r\n", ": ", "ÿþ",
            ]
            var inputs: [String] = []
            for _ in 0..<150 {
                let count = Int.random(in: 1..<12, using: &random)
                inputs.append((0..<count).map { _ in pieces.randomElement(using: &random)! }.joined())
            }
            let all = inputs
            try await withThrowingTaskGroup(of: Void.self) { group in
                for input in all { group.addTask { _ = try await rig.raw([input]) } }
                try await group.waitForAll()
            }
            // It is still there.
            #expect(try await rig.send("/ingest/app", #"{"a":1}"#, JSONIngestTests.bearer).status == 200)
            #expect(try await eventually { rig.listener.openConnections <= 1 })
        }
        #expect(rig.sink.texts == [#"{"a":1}"#])
    }
}
