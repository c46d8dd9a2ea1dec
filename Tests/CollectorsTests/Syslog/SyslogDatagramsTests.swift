import Collectors
import EventModel
import Testing

/// Real datagrams on loopback.
struct SyslogDatagramsTests {
    static func listener(
        _ sink: CollectingSink, receiveBufferBytes: Int = 16 << 20, maximumFrameBytes: Int = 1 << 20, host: String = "127.0.0.1"
    ) -> SyslogListener {
        SyslogListener(
            source: Source(id: 0, name: "udp"),
            configuration: SyslogConfiguration(
                transport: .udp, host: host, port: 0, maximumFrameBytes: maximumFrameBytes,
                receiveBufferBytes: receiveBufferBytes),
            sink: sink, logger: .quiet)
    }

    @Test func eachDatagramIsARecord() async throws {
        let sink = CollectingSink()
        let texts = [
            "<13>one", "<13>two\n", "<13>three\r\n\0", "7 <13>one", "<13>a\nb", "\n", "",
            "<14>" + String(repeating: "é", count: 30_000),
        ]
        try await running(Self.listener(sink)) { listener in
            try await SyslogPeer.datagrams(texts, to: try await listener.boundPort)
            await sink.waitForRecords(6)
        }
        #expect(sink.texts == ["<13>one", "<13>two", "<13>three", "7 <13>one", "<13>a\nb", texts[7]])
        #expect(sink.records.allSatisfy { $0.flaw == .none })
    }

    @Test func aDatagramAboveTheLimitIsCutOff() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, maximumFrameBytes: 8)) { listener in
            try await SyslogPeer.datagrams(["<13>5678", "<13>56789"], to: try await listener.boundPort)
            await sink.waitForRecords(2)
        }
        #expect(sink.records == [.init(text: "<13>5678", flaw: .none), .init(text: "<13>5678", flaw: .truncated)])
    }

    @Test func manyDatagramsShareABatch() async throws {
        let sink = CollectingSink()
        let texts = (0..<5_000).map { "<13>message \($0)" }
        try await running(Self.listener(sink)) { listener in
            try await SyslogPeer.datagrams(texts, to: try await listener.boundPort)
            await sink.waitForRecords(texts.count)
        }
        #expect(sink.texts == texts)
        #expect(sink.batches < 2_500)
    }

    @Test func whileTheSinkIsFullDatagramsWaitInTheKernel() async throws {
        let sink = CollectingSink(room: 0)
        let texts = (0..<1_000).map { "<13>message \($0)" }
        try await running(Self.listener(sink)) { listener in
            try await SyslogPeer.datagrams(texts, to: try await listener.boundPort)
            try await eventually { sink.isRefusing }
            sink.addRoom(.max)
            await sink.waitForRecords(texts.count)
            #expect(listener.status.pauses >= 1)
        }
        #expect(sink.texts == texts)
        #expect(sink.drops.isEmpty)
    }

    @Test func whatTheKernelDropsIsCounted() async throws {
        let sink = CollectingSink(room: 0)
        let texts = (0..<3_000).map { "<13>message \($0) " + String(repeating: "x", count: 1_000) }
        try await running(Self.listener(sink, receiveBufferBytes: 16 << 10)) { listener in
            let port = try await listener.boundPort
            try await SyslogPeer.datagrams(["<13>first"], to: port)
            try await eventually { sink.isRefusing }
            try await SyslogPeer.datagrams(texts, to: port)
            sink.addRoom(.max)
            await sink.waitForRecords(2)
        }
        #expect((sink.drops[.kernel] ?? 0) > 1_000)
        // The books balance, unless the socket was closed over datagrams not read yet: those are few.
        let accounted = sink.records.count + (sink.drops[.kernel] ?? 0)
        #expect(accounted <= texts.count + 1 && accounted >= texts.count - 64)
    }

    @Test(arguments: [
        ("0100007F:0202", UInt32(7)), ("00000000:0202", 5), ("0100007F:0203", nil), ("0200007F:0202", nil),
    ])
    func theKernelsTableIsRead(local: String, expected: UInt32?) {
        let table = """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
              123: 0100007F:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 81234 2 0000000000000000 7
              124: 00000000:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 81235 2 0000000000000000 2
              125: 00000000:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 81236 2 0000000000000000 3
              126: 0100007F:0203 garbage
            """
        #expect(KernelDrops.drops(of: local, in: table) == expected)
    }

    @Test func addressesAreWrittenAsTheKernelDoes() {
        #expect(KernelDrops.hex([0x0100_007F], port: 514) == "0100007F:0202")
        #expect(KernelDrops.hex([0, 0, 0, 0x0100_0000], port: 6514) == "00000000000000000000000001000000:1972")
    }
}
