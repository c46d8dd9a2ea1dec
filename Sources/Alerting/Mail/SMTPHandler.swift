import EventModel
import NIOCore
import NIOSSL

/// Leads the dialogue over a connection, and closes it.
final class SMTPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State { case talking, quitting, closed }

    /// How long a server has to answer QUIT.
    private static let patience = TimeAmount.seconds(2)

    private var dialogue: SMTPDialogue
    private let hasHello: Bool
    private let message: SMTPMessage
    private let encryption: SMTPEncryption?
    private let outcome: EventLoopPromise<SMTPOutcome>
    private var parser = SMTPReplyParser()
    private var state = State.talking

    /// - Parameters:
    ///   - encryption: what STARTTLS leads to.
    ///   - outcome: told once, at the latest when the connection is closed.
    init(
        _ dialogue: SMTPDialogue, hasHello: Bool, message: SMTPMessage, encryption: SMTPEncryption?,
        outcome: EventLoopPromise<SMTPOutcome>
    ) {
        self.dialogue = dialogue
        self.hasHello = hasHello
        self.message = message
        self.encryption = encryption
        self.outcome = outcome
    }

    func channelActive(context: ChannelHandlerContext) {
        if !hasHello, let own = context.localAddress?.ipAddress.flatMap({ IPAddress($0) }) {
            // RFC 5321, section 4.1.3.
            dialogue.helloName = own.isV4 ? "[\(own)]" : "[IPv6:\(own)]"
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .talking: break
        case .quitting: return close(context)
        case .closed: return
        }
        parser.append(unwrapInboundIn(data).readableBytesView)
        do throws(SMTPReplyError) {
            while state == .talking, let reply = try parser.next() { perform(dialogue.receive(reply), context) }
        } catch {
            fail("\(error)", context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the server closed the connection instead of answering \(dialogue.phase)", context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(SMTPEncryption.text(of: error), context) }

    func handlerRemoved(context: ChannelHandlerContext) {
        outcome.succeed(.failed("the connection ended before \(dialogue.phase) was answered"))
    }

    private func perform(_ step: SMTPDialogue.Step, _ context: ChannelHandlerContext) {
        switch step {
        case .send(let command): write(command, context)
        case .startTLS(let command):
            // Bytes behind the answer came unencrypted: whoever is on the way can have put them there, as answers to what is said
            // under encryption (CVE-2011-0411). They are not read, and nothing is sent.
            guard parser.isEmpty, let encryption else {
                return fail("more came behind the answer to STARTTLS: somebody on the way may have put it there", context)
            }
            do {
                try context.pipeline.syncOperations.addHandler(encryption.handler(), position: .first)
                write(command, context)
            } catch {
                fail(SMTPEncryption.text(of: error), context)
            }
        case .sendMessage: context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: message.bytes)), promise: nil)
        case .end(let outcome):
            state = .quitting
            self.outcome.succeed(outcome)
            write("QUIT", context)
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.patience) {
                let (handler, context) = bound.value
                handler.close(context)
            }
        }
    }

    private func write(_ command: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: command + "\r\n")), promise: nil)
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        if state == .talking { outcome.succeed(.failed(reason)) }
        close(context)
    }

    private func close(_ context: ChannelHandlerContext) {
        guard state != .closed else { return }
        state = .closed
        context.close(promise: nil)
    }
}

/// How a connection to a mail server is encrypted, and for whom the certificate must be.
struct SMTPEncryption: Sendable {
    private let context: NIOSSLContext
    /// Nil where the server is configured by its address: then the certificate must be for that.
    private let serverName: String?

    /// Reads the authorities' file: not for event loops.
    init(_ mailbox: Mailbox) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = mailbox.authoritiesFile { tls.trustRoots = .file(file) }
        context = try NIOSSLContext(configuration: tls)
        serverName = IPAddress(mailbox.server.host) == nil ? mailbox.server.host : nil
    }

    /// Why a connection failed, for people.
    static func text(of error: any Error) -> String {
        let text = "\(error)"
        // The library keeps its codes to itself, but writes their names.
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "TLS: the server's certificate is of no known authority, or not valid now; see ca_file"
        }
        if (error as? NIOSSLExtraError) == .failedToValidateHostname {
            return "TLS: the server's certificate is for another name than server has"
        }
        if text.contains("WRONG_VERSION_NUMBER") {
            return "TLS: what the server answers is not TLS: check its port, and whether tls must be starttls"
        }
        return text
    }

    func handler() throws -> NIOSSLClientHandler { try NIOSSLClientHandler(context: context, serverHostname: serverName) }
}
