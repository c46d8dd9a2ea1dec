import Collectors
import EventModel
import NIOCore
import Testing

/// RELP on loopback.
struct RelpListenerTests {
    static func listener(
        _ sink: CollectingSink, maximumFrameBytes: Int = 1 << 20, idleTimeout: Duration = .seconds(600),
        frameGrace: Duration = .seconds(60)
    ) -> SyslogListener {
        SyslogListener(
            source: Source(id: 0, name: "relp"),
            configuration: SyslogConfiguration(
                transport: .relp, port: 0, maximumFrameBytes: maximumFrameBytes, idleTimeout: idleTimeout, frameGrace: frameGrace),
            sink: sink, logger: .quiet)
    }

    @Test func messagesAreAcknowledgedAfterTheCommitOnly() async throws {
        let sink = CollectingSink(holdsReceipts: true)
        try await running(Self.listener(sink)) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            try await peer.send(RelpPeer.frame(2, "syslog", "<13>one\n") + RelpPeer.frame(3, "syslog", "<13>two"))
            try await eventually { sink.records.count == 2 && sink.heldReceipts > 0 }
            // Another command's answer may not overtake them.
            try await peer.send(RelpPeer.frame(4, "compress"))
            try await eventually { listener.status.bytes > 100 }
            #expect(peer.acknowledged == [])
            try await eventually {
                sink.commit()
                return peer.acknowledged == [2, 3]
            }
            #expect(peer.text.hasSuffix("4 rsp 32 500 the command is not supported\n"))
            try await peer.send(RelpPeer.frame(5, "close"))
            try await peer.channel.closeFuture.get()
            #expect(peer.text.hasSuffix("5 rsp 6 200 OK\n0 serverclose 0\n"))
        }
        #expect(sink.texts == ["<13>one", "<13>two"])
        #expect(sink.refusals.isEmpty)
    }

    @Test func aLostBatchClosesTheConnectionUnanswered() async throws {
        let sink = CollectingSink(holdsReceipts: true)
        try await running(Self.listener(sink)) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            try await peer.send(RelpPeer.frame(2, "syslog", "<13>never stored"))
            try await eventually { sink.heldReceipts == 1 }
            sink.lose()
            try await peer.channel.closeFuture.get()
            #expect(peer.acknowledged == [])
        }
    }

    @Test func aFullSinkHoldsTheSenderBackAndLosesNothing() async throws {
        let sink = CollectingSink(room: 1)
        let count = 20_000
        try await running(Self.listener(sink)) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            let filler = String(repeating: "x", count: 1_000)
            let text = (0..<count).map { RelpPeer.frame($0 + 2, "syslog", "<13>\($0) \(filler)") }.joined()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await peer.send(text) }
                try await eventually { sink.isRefusing && listener.status.pauses > 0 }
                #expect(listener.status.bytes <= 4 << 20)
                tasks.addTask {
                    while sink.records.count < count {
                        sink.addRoom(2)
                        await Task.yield()
                    }
                }
                try await tasks.waitForAll()
            }
            try await eventually { peer.acknowledged.count == count }
            #expect(peer.acknowledged == Array(2..<(count + 2)))
            try await peer.channel.close().get()
        }
        #expect(sink.texts.map { Int($0.dropFirst(4).prefix { $0 != " " }) } == Array(0..<count))
        #expect(sink.drops.isEmpty)
    }

    @Test func aMessageAboveTheLimitIsCutAndAcknowledged() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, maximumFrameBytes: 1_024)) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            try await peer.send(RelpPeer.frame(2, "syslog", String(repeating: "x", count: 5_000)))
            try await eventually { peer.acknowledged == [2] }
        }
        #expect(sink.records == [.init(text: String(repeating: "x", count: 1_024), flaw: .truncated)])
    }

    @Test(
        arguments: [
            ("<13>plain syslog\n", RefusalReason.malformed), ("2 syslog 999999999 x", .tooLarge), ("2 rsp 0\n", .malformed),
            ("0 syslog 1 x\n", .malformed),
        ])
    func whatIsNoRelpClosesTheConnection(text: String, reason: RefusalReason) async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink)) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            try await peer.send(RelpPeer.frame(1, "syslog", "<13>sound") + text)
            try await peer.channel.closeFuture.get()
            #expect(peer.acknowledged == [1])
        }
        #expect(sink.texts == ["<13>sound"])
        #expect(sink.refusals == [reason: 1])
    }

    @Test func shutdownAnswersWhatWasTaken() async throws {
        let sink = CollectingSink(holdsReceipts: true)
        let listener = Self.listener(sink)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await running(listener) { listener in
                    let peer = try await RelpPeer.open(try await listener.boundPort)
                    try await peer.send(RelpPeer.frame(2, "syslog", "<13>one"))
                    try await eventually { sink.heldReceipts == 1 }
                    Task {
                        try await peer.channel.closeFuture.get()
                        #expect(peer.text.hasSuffix("2 rsp 6 200 OK\n0 serverclose 0\n"))
                    }
                }
            }
            try await eventually { sink.heldReceipts == 1 }
            // The commit comes when the listener no longer listens, i.e. while it shuts down.
            let port = try await listener.boundPort
            try await eventually {
                guard let channel = try? await SyslogPeer.connect(port) else { return true }
                _ = try? await channel.close().get()
                return false
            }
            #expect(listener.status.connectionsOpen == 1)
            sink.commit()
            try await tasks.waitForAll()
        }
        #expect(listener.status.connectionsOpen == 0)
    }

    @Test func anIdleSessionIsClosedWithWord() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, idleTimeout: .milliseconds(50))) { listener in
            let peer = try await RelpPeer.connect(try await listener.boundPort)
            try await peer.channel.closeFuture.get()
            #expect(peer.text == "0 serverclose 0\n")
            #expect(listener.status.connectionsIdledOut == 1)
        }
    }

    @Test func aFrameThatDoesNotGetOnEndsTheSession() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, frameGrace: .milliseconds(50))) { listener in
            let peer = try await RelpPeer.open(try await listener.boundPort)
            try await peer.send("2 syslog 100 <13>")
            try await peer.channel.closeFuture.get()
        }
        #expect(sink.records.isEmpty)
        #expect(sink.refusals == [.timeout: 1])
    }
}
