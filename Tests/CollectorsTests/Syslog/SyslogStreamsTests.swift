import Collectors
import EventModel
import NIOCore
import Testing

/// Real connections on loopback.
struct SyslogStreamsTests {
    static func listener(
        _ sink: CollectingSink, maximumFrameBytes: Int = 1 << 20, maximumConnections: Int = 1024,
        idleTimeout: Duration = .seconds(600), frameGrace: Duration = .seconds(60)
    ) -> SyslogListener {
        SyslogListener(
            source: Source(id: 0, name: "tcp"),
            configuration: SyslogConfiguration(
                transport: .tcp, port: 0, maximumFrameBytes: maximumFrameBytes, maximumConnections: maximumConnections,
                idleTimeout: idleTimeout, frameGrace: frameGrace),
            sink: sink, logger: .quiet)
    }

    @Test func fiftyConnectionsEachInOrder() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink)) { listener in
            let port = try await listener.boundPort
            try await withThrowingTaskGroup(of: Void.self) { peers in
                for peer in 0..<50 {
                    peers.addTask {
                        // Both framings, in turns, on one connection.
                        let frames = (0..<200).map { number in
                            let message = "<13>peer \(peer) message \(number)"
                            return number % 2 == 0 ? "\(message.utf8.count) \(message)" : message + "\n"
                        }
                        try await SyslogPeer.send(frames.joined(), to: port)
                    }
                }
                try await peers.waitForAll()
            }
            await sink.waitForRecords(10_000)
        }
        var next = [Int](repeating: 0, count: 50)
        for text in sink.texts {
            let words = text.split(separator: " ")
            let peer = try #require(Int(words[1]))
            #expect(words[3] == "\(next[peer])")
            next[peer] += 1
        }
        #expect(next == [Int](repeating: 200, count: 50))
    }

    @Test func aFullSinkHoldsTheSendersBackAndLosesNothing() async throws {
        let sink = CollectingSink(room: 1)
        let line = "<13>" + String(repeating: "x", count: 1_400)
        let lines = 12_000
        let peers = 3
        try await running(Self.listener(sink)) { listener in
            let port = try await listener.boundPort
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for peer in 0..<peers {
                    tasks.addTask {
                        let text = (0..<lines).map { "\(line) \(peer) \($0)\n" }.joined()
                        try await SyslogPeer.send(text, to: port)
                    }
                }
                try await eventually { sink.isRefusing && listener.status.pauses >= peers }
                // What is read while nobody takes it is bounded: a few reads a connection, of 17 MB that each wants to send.
                #expect(listener.status.bytes <= peers * (2 << 20))
                tasks.addTask {
                    while sink.records.count < lines * peers {
                        sink.addRoom(2)
                        await Task.yield()
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(listener.status.records == lines * peers)
        }
        let expected = (0..<peers).flatMap { peer in (0..<lines).map { "\(peer) \($0)" } }
        let received = sink.texts.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
        for peer in 0..<peers {
            #expect(received.filter { $0.hasPrefix("\(peer) ") } == expected.filter { $0.hasPrefix("\(peer) ") })
        }
        #expect(sink.drops.isEmpty)
    }

    @Test func silentConnectionsDisturbNobody() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink)) { listener in
            let port = try await listener.boundPort
            var silent: [any Channel] = []
            for _ in 0..<200 { silent.append(try await SyslogPeer.connect(port)) }
            try await SyslogPeer.send("<13>heard\n", to: port)
            await sink.waitForRecords(1)
            try await eventually { listener.status.connectionsAccepted == 201 }
            for channel in silent { try await channel.close().get() }
            try await eventually { listener.status.connectionsOpen == 0 }
        }
        #expect(sink.texts == ["<13>heard"])
    }

    @Test func connectionsAboveTheLimitAreClosedAndCounted() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, maximumConnections: 3)) { listener in
            let port = try await listener.boundPort
            var open: [any Channel] = []
            for _ in 0..<3 { open.append(try await SyslogPeer.connect(port)) }
            try await eventually { listener.status.connectionsOpen == 3 }
            try await SyslogPeer.connect(port).closeFuture.get()
            #expect(listener.status.connectionsRefused == 1)
            #expect(sink.refusals == [.connections: 1])
            try await open[0].close().get()
            try await eventually { listener.status.connectionsOpen == 2 }
            try await SyslogPeer.send("<13>room again\n", to: port)
            await sink.waitForRecords(1)
            for channel in open.dropFirst() { try await channel.close().get() }
        }
    }

    @Test func idleConnectionsAreClosed() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, idleTimeout: .milliseconds(50))) { listener in
            let channel = try await SyslogPeer.connect(try await listener.boundPort)
            try await channel.closeFuture.get()
            #expect(listener.status.connectionsIdledOut == 1)
        }
    }

    @Test func aFrameThatDoesNotGetOnIsKeptAndItsConnectionClosed() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, frameGrace: .milliseconds(100))) { listener in
            let port = try await listener.boundPort
            let idle = try await SyslogPeer.connect(port)
            let slow = try await SyslogPeer.connect(port)
            try await slow.writeAndFlush(ByteBuffer(string: "<13>whole\n90 <13>a")).get()
            try await slow.closeFuture.get()
            // Who has begun no frame may stay.
            #expect(idle.isActive)
            try await idle.close().get()
            await sink.waitForRecords(2)
        }
        #expect(sink.records == [.init(text: "<13>whole", flaw: .none), .init(text: "<13>a", flaw: .incompleteFrame)])
        #expect(sink.refusals == [.timeout: 1])
    }

    @Test func shutdownHandsOnWhatWasRead() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink)) { listener in
            let channel = try await SyslogPeer.connect(try await listener.boundPort)
            try await channel.writeAndFlush(ByteBuffer(string: "<13>whole\n<13>half")).get()
            try await eventually { listener.status.bytes == 18 }
        }
        #expect(sink.texts == ["<13>whole", "<13>half"])
    }

    @Test func shutdownWaitsForRoom() async throws {
        let sink = CollectingSink(room: 0)
        let listener = Self.listener(sink)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await running(listener) { listener in
                    try await SyslogPeer.send("<13>one\n20 <13>two", to: try await listener.boundPort)
                    try await eventually { sink.isRefusing && listener.status.bytes == 18 }
                }
            }
            try await eventually { sink.isRefusing }
            // Room comes only when the listener no longer listens, i.e. while it shuts down.
            let port = try await listener.boundPort
            try await eventually {
                guard let channel = try? await SyslogPeer.connect(port) else { return true }
                _ = try? await channel.close().get()
                return false
            }
            sink.addRoom(2)
            try await tasks.waitForAll()
        }
        #expect(sink.records == [.init(text: "<13>one", flaw: .none), .init(text: "<13>two", flaw: .incompleteFrame)])
    }

    @Test func garbageStaysWithinBoundsAndIsKept() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, maximumFrameBytes: 1 << 16)) { listener in
            let port = try await listener.boundPort
            try await SyslogPeer.send(String(repeating: "\0", count: 100_000), to: port)
            try await SyslogPeer.send(String(repeating: "x", count: 10 << 20) + "\n", to: port)
            try await SyslogPeer.send("9999999999 <13>never\n", to: port)
            await sink.waitForRecords(2)
        }
        #expect(
            sink.records.map(\.flaw.rawValue).sorted() == [RecordFlaw.truncated.rawValue, RecordFlaw.badFrameLength.rawValue])
        #expect(sink.records.contains { $0.flaw == .truncated && $0.text.utf8.count == 1 << 16 })
    }

    @Test(arguments: SyslogConfiguration.Transport.allCases)
    func anAddressInUseIsAnError(transport: SyslogConfiguration.Transport) async throws {
        let make: @Sendable (Int) -> SyslogListener = { port in
            SyslogListener(
                source: Source(id: 0, name: "second"), configuration: SyslogConfiguration(transport: transport, port: port),
                sink: CollectingSink(), logger: .quiet)
        }
        try await running(make(0)) { first in
            let second = make(try await first.boundPort)
            let error = await #expect(throws: CollectorError.self) { try await second.run() }
            #expect("\(try #require(error))".contains("source second: cannot listen on \(transport.rawValue) 127.0.0.1:"))
            await #expect(throws: CollectorError.self) { try await second.boundPort }
        }
    }
}
