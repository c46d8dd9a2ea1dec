import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport
import Testing

/// A real mail server on loopback that answers as a test wants, and remembers what it was sent.
final class MailReceiver: Sendable {
    struct Message: Sendable, Equatable {
        var sender: String
        var recipients: [String]
        /// Without the doubled points, and without the end.
        var text: String
        var isEncrypted: Bool
        var user: String?
    }

    enum Answer: Sendable {
        /// Without the last line end. To STARTTLS a 220 begins TLS.
        case reply(String)
        case silence
        case hangUp
    }

    enum Encryption: Sendable { case none, startTLS, implicit }

    struct Manner: Sendable {
        var encryption = Encryption.none
        var capabilities = ["SIZE 100000", "8BITMIME"]
        /// Who must have logged in before a message is taken.
        var login: (user: String, password: String)?
        /// What is answered in place of the usual to a command, "" for the greeting and "." for the message, on the connection of
        /// that number, from 0.
        var answer: @Sendable (_ command: String, _ connection: Int) -> Answer? = { _, _ in nil }
    }

    private struct Contents {
        var commands: [[String]] = []
        var messages: [Message] = []
    }

    private let contents = Storage()
    private let channel: any Channel

    /// What was said on each connection.
    var commands: [[String]] { contents.value.withLock { $0.commands } }
    var messages: [Message] { contents.value.withLock { $0.messages } }
    var port: Int { channel.localAddress?.port ?? 0 }

    init(_ manner: Manner = Manner(), address: String = "127.0.0.1") async throws {
        let contents = contents
        let tls = manner.encryption == .none ? nil : try MailCertificate.shared.get().context()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if manner.encryption == .implicit, let tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(Handler(manner, tls, contents))
                }
            }
            .bind(host: address, port: 0).get()
    }

    func stop() async { try? await channel.close().get() }

    private final class Storage: Sendable {
        let value = Mutex(Contents())

        func begin() -> Int {
            value.withLock { contents in
                contents.commands.append([])
                return contents.commands.count - 1
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let manner: Manner
        private let tls: NIOSSLContext?
        private let contents: Storage
        private let number: Int
        private var bytes = ""
        private var message = Message(sender: "", recipients: [], text: "", isEncrypted: false)
        private var isData = false
        /// The words of a login that has begun.
        private var login: [String]?

        init(_ manner: Manner, _ tls: NIOSSLContext?, _ contents: Storage) {
            self.manner = manner
            self.tls = tls
            self.contents = contents
            number = contents.begin()
            message.isEncrypted = manner.encryption == .implicit
        }

        func channelActive(context: ChannelHandlerContext) { answer("", context) { "220 mail.example.com ESMTP" } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += String(buffer: unwrapInboundIn(data))
            while let end = bytes.utf8.firstIndex(of: 0x0a) {
                let line = String(bytes[..<end]).replacing("\r", with: "")
                bytes.removeSubrange(...end)
                take(line, context)
            }
        }

        private func take(_ line: String, _ context: ChannelHandlerContext) {
            if isData, line != "." {
                message.text += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
                return
            }
            contents.value.withLock { $0.commands[number].append(line) }
            if isData {
                isData = false
                let message = message
                return answer(line, context) {
                    self.contents.value.withLock { $0.messages.append(message) }
                    return "250 2.0.0 queued"
                }
            }
            answer(line, context) { self.reply(to: line) }
            if line.hasPrefix("QUIT") { context.close(promise: nil) }
        }

        private func answer(_ command: String, _ context: ChannelHandlerContext, usual: () -> String) {
            let text: String
            switch manner.answer(command, number) {
            case .silence: return
            case .hangUp: return context.close(promise: nil)
            case .reply(let given): text = given
            case nil: text = usual()
            }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
            if command == "STARTTLS", text.hasPrefix("220"), let tls {
                message.isEncrypted = true
                try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
            }
        }

        private func reply(to line: String) -> String {
            if var words = login {
                words.append(line)
                login = words.count < 2 ? words : nil
                return words.count < 2 ? "334 UGFzc3dvcmQ6" : judge(words.map(Self.decoded))
            }
            switch line.split(separator: " ").first.map(String.init) {
            case "EHLO":
                let offersTLS = manner.encryption == .startTLS && !message.isEncrypted
                let lines = ["mail.example.com"] + manner.capabilities + (offersTLS ? ["STARTTLS"] : [])
                return lines.enumerated().map { "250\($0 == lines.count - 1 ? " " : "-")\($1)" }.joined(separator: "\r\n")
            case "STARTTLS": return "220 2.0.0 go on"
            case "AUTH" where line == "AUTH LOGIN":
                login = []
                return "334 VXNlcm5hbWU6"
            case "AUTH":
                return judge(Self.decoded(String(line.dropFirst("AUTH PLAIN ".count))).split(separator: "\0").map(String.init))
            case "MAIL":
                if manner.login != nil, message.user == nil { return "530 5.7.0 log in first" }
                message.sender = Self.address(line)
                (message.recipients, message.text) = ([], "")
                return "250 2.1.0 ok"
            case "RCPT":
                message.recipients.append(Self.address(line))
                return "250 2.1.5 ok"
            case "DATA":
                isData = true
                return "354 go on"
            case "QUIT": return "221 2.0.0 bye"
            default: return "500 5.5.1 what?"
            }
        }

        private func judge(_ words: [String]) -> String {
            guard let login = manner.login, words == [login.user, login.password] else { return "535 5.7.8 wrong" }
            message.user = login.user
            return "235 2.7.0 welcome"
        }

        private static func decoded(_ text: String) -> String { String(decoding: Data(base64Encoded: text) ?? Data(), as: UTF8.self) }

        private static func address(_ line: String) -> String {
            String(line.split(separator: "<").last?.split(separator: ">").first ?? "")
        }
    }
}

/// An authority and a mail server's certificate for `localhost` and 127.0.0.1, made with the `openssl` program.
final class MailCertificate: Sendable {
    static let shared = Result { try MailCertificate() }

    private let folder: TemporaryFolder

    var authority: String { folder.path("ca.pem") }

    private init() throws {
        folder = try TemporaryFolder()
        try folder.file("openssl.cnf", Data("[req]\ndistinguished_name = dn\n[dn]\n".utf8))
        try request("ca", ["-addext", "basicConstraints=critical,CA:TRUE"])
        try request(
            "server", ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
    }

    func context() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(folder.path("server.pem")).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: folder.path("server.key"), format: .pem)
        return try NIOSSLContext(configuration: .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key)))
    }

    private func request(_ name: String, _ more: [String]) throws {
        let run = try Programs.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).pem",
            ] + more, in: folder.url)
        try #require(run.status == 0, "\(run.errors)")
    }
}
