import Collectors
import EventModel
import NIOCore
import NIOSSL
import Testing

/// Syslog over TLS (RFC 5425) on loopback.
struct SyslogTLSTests {
    static func configuration(
        clients: Bool = false, names: [String] = [], minimum: Collectors.TLSConfiguration.Version = .tls12
    ) throws -> Collectors.TLSConfiguration {
        let certificates = try TestCertificates.shared.get()
        return Collectors.TLSConfiguration(
            certificateFile: certificates.certificate("server"), privateKeyFile: certificates.key("server"),
            clientAuthoritiesFile: clients ? certificates.certificate("ca") : nil, clientNames: names, minimumVersion: minimum)
    }

    static func listener(
        _ sink: CollectingSink, _ tls: Collectors.TLSConfiguration, handshakeLimit: Duration = .seconds(30)
    ) -> SyslogListener {
        SyslogListener(
            source: Source(id: 0, name: "tls"),
            configuration: SyslogConfiguration(transport: .tcp, port: 0, tls: tls, handshakeLimit: handshakeLimit),
            sink: sink, logger: .quiet)
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func bothFramingsArriveInOrder(version: TLSVersion) async throws {
        let sink = CollectingSink()
        let frames = (0..<2_000).map { $0 % 3 == 0 ? "<13>message \($0)\n" : "\("<13>message \($0)".utf8.count) <13>message \($0)" }
        try await running(Self.listener(sink, try Self.configuration())) { listener in
            try await TLSPeer.send(frames.joined(), to: try await listener.boundPort, version: version)
            await sink.waitForRecords(frames.count)
        }
        #expect(sink.texts == (0..<2_000).map { "<13>message \($0)" })
        #expect(sink.refusals.isEmpty)
    }

    struct Client: Sendable, CustomTestStringConvertible {
        var certificate: String?
        var names: [String] = []
        var isAccepted: Bool

        var testDescription: String { "\(certificate ?? "none") for \(names)" }
    }

    @Test(
        arguments: [
            Client(certificate: "collector", isAccepted: true),
            Client(certificate: nil, isAccepted: false),
            Client(certificate: "stranger", isAccepted: false),
            Client(certificate: "collector", names: ["collector.example.com"], isAccepted: true),
            Client(certificate: "collector", names: ["*.example.com"], isAccepted: true),
            Client(certificate: "named", names: ["named.example.com"], isAccepted: true),
            Client(certificate: "both", names: ["named.example.com"], isAccepted: false),
            Client(certificate: "nested", names: ["*.example.com"], isAccepted: false),
            Client(certificate: "stranger", names: ["collector.example.com"], isAccepted: false),
        ], [TLSVersion.tlsv12, .tlsv13])
    func clientCertificates(client: Client, version: TLSVersion) async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, try Self.configuration(clients: true, names: client.names))) { listener in
            let port = try await listener.boundPort
            // With TLS 1.3 a client may send before it hears that its certificate is refused: nothing of it may be taken.
            _ = try? await TLSPeer.send("<13>hello\n", to: port, as: client.certificate, version: version)
            try await eventually { sink.records.count + sink.refusals.count > 0 }
        }
        #expect(sink.texts == (client.isAccepted ? ["<13>hello"] : []))
        #expect(sink.refusals == (client.isAccepted ? [:] : [.authentication: 1]))
    }

    @Test func plainTextIsMalformed() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, try Self.configuration())) { listener in
            let channel = try await SyslogPeer.connect(try await listener.boundPort)
            try await channel.writeAndFlush(ByteBuffer(string: "<13>in the clear\n")).get()
            try await channel.closeFuture.get()
            #expect(listener.status.connectionsOpen == 0)
        }
        #expect(sink.records.isEmpty)
        #expect(sink.refusals == [.malformed: 1])
    }

    @Test func anOldVersionIsRefused() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, try Self.configuration(minimum: .tls13))) { listener in
            _ = try? await TLSPeer.send("<13>old\n", to: try await listener.boundPort, version: .tlsv12)
            try await eventually { !sink.refusals.isEmpty }
        }
        #expect(sink.records.isEmpty)
        #expect(sink.refusals == [.malformed: 1])
    }

    @Test func aHandshakeHasItsTime() async throws {
        let sink = CollectingSink()
        let tls = try Self.configuration()
        try await running(Self.listener(sink, tls, handshakeLimit: .milliseconds(300))) { listener in
            let channel = try await SyslogPeer.connect(try await listener.boundPort)
            // The first bytes of a client's hello, and no more.
            _ = try? await channel.writeAndFlush(ByteBuffer(bytes: [0x16, 3, 1, 1, 0, 1])).get()
            try await channel.closeFuture.get()
        }
        #expect(sink.refusals == [.timeout: 1])
    }

    @Test func aProbeThatSaysNothingIsNotCounted() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, try Self.configuration())) { listener in
            let port = try await listener.boundPort
            try await SyslogPeer.connect(port).close().get()
            try await eventually { listener.status.connectionsAccepted == 1 && listener.status.connectionsOpen == 0 }
        }
        #expect(sink.refusals.isEmpty)
    }

    @Test func aConnectionThatIsCutOffLosesNoWholeFrame() async throws {
        let sink = CollectingSink()
        try await running(Self.listener(sink, try Self.configuration())) { listener in
            let channel = try await TLSPeer.connect(try await listener.boundPort)
            try await channel.writeAndFlush(ByteBuffer(string: "7 <13>one7 <13>two9 <13>th")).get()
            try await eventually { listener.status.bytes == 26 }
            try await TLSPeer.cutOff(channel)
            await sink.waitForRecords(3)
        }
        #expect(
            sink.records == [
                .init(text: "<13>one", flaw: .none), .init(text: "<13>two", flaw: .none),
                .init(text: "<13>th", flaw: .incompleteFrame),
            ])
    }

    @Test func aCertificateThatCannotBeReadIsAnError() async throws {
        var tls = try Self.configuration()
        tls.certificateFile = "/nowhere/tls.pem"
        let listener = Self.listener(CollectingSink(), tls)
        let error = await #expect(throws: CollectorError.self) { try await listener.run() }
        #expect("\(try #require(error))".hasPrefix("source tls: cannot encrypt: /nowhere/tls.pem: "))
    }
}
