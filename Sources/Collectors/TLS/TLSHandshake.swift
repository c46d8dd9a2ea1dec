import EventModel
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// The first steps of an encrypted connection, and why a connection did not get past them.
///
/// A handshake that fails, takes too long, or ends with a certificate of another name closes the connection; it is told once.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum State {
        case shaking
        case accepted
        case turnedAway
    }

    private let secure: NIOSSLServerHandler
    private let clientNames: [String]
    private let limit: TimeAmount
    private let refused: (RefusalReason, String) -> Void
    private let witness: FirstByte
    private var state = State.shaking
    private var timer: Scheduled<Void>?

    private init(
        _ secure: NIOSSLServerHandler, clientNames: [String], limit: TimeAmount, witness: FirstByte,
        refused: @escaping (RefusalReason, String) -> Void
    ) {
        self.secure = secure
        self.clientNames = clientNames
        self.limit = limit
        self.witness = witness
        self.refused = refused
    }

    /// What a new connection's pipeline begins with, in order.
    ///
    /// - Parameter refused: called at most once, on the loop, with the reason and its text for the log.
    static func handlers(
        _ identity: TLSIdentity, limit: TimeAmount, refused: @escaping (RefusalReason, String) -> Void
    ) -> [any ChannelHandler] {
        let secure = identity.makeHandler()
        let witness = FirstByte()
        let handshake = TLSHandshake(
            secure, clientNames: identity.configuration.clientNames, limit: limit, witness: witness, refused: refused)
        return [witness, secure, handshake]
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: limit) {
            let (handshake, context) = bound.value
            handshake.turnAway(context, .timeout, "the TLS handshake took too long")
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent, state == .shaking else {
            return context.fireUserInboundEventTriggered(event)
        }
        if !clientNames.isEmpty {
            // The chain has been verified; of a session that is resumed the certificate is remembered with it.
            let certificate = CertificateNames(der: (try? secure.peerCertificate?.toDERBytes()) ?? [])
            guard certificate.matches(clientNames) else {
                let names = certificate.names.prefix(4).joined(separator: ", ")
                return turnAway(context, .authentication, "the client's certificate is for \(names): none of client_names")
            }
        }
        state = .accepted
        context.fireUserInboundEventTriggered(event)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Of a peer that was turned away nothing is taken, though it may have sent with its last step of the handshake.
        if state == .accepted { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .shaking: turnAway(context, TLSRefusal.reason(of: error), "\(error)")
        case .accepted: context.fireErrorCaught(error)
        case .turnedAway: break
        }
    }

    private func turnAway(_ context: ChannelHandlerContext, _ reason: RefusalReason, _ text: String) {
        guard state == .shaking else { return }
        state = .turnedAway
        // Load balancers and monitors connect and say nothing: no attempt to get in, so none that is counted.
        if witness.hasCome || reason == .timeout { refused(reason, text) }
        context.close(promise: nil)
    }
}

/// Stands before the encryption and remembers whether the peer has sent anything at all.
private final class FirstByte: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private(set) var hasCome = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasCome = true
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

/// Which reason of the ledger a failed handshake is.
enum TLSRefusal {
    /// BoringSSL's codes of what is wrong with the peer's certificate: `SSL_R_CERTIFICATE_VERIFY_FAILED` and
    /// `SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE` (openssl/ssl.h), as `ERR_PACK` puts them together with the library's number.
    private static let certificateCodes: Set<UInt32> = [16 << 24 | 125, 16 << 24 | 192]

    /// Anything but the certificate is not what the protocol demands: plain text, old versions, an alert, an early end.
    static func reason(of error: any Error) -> RefusalReason {
        guard case .handshakeFailed(.sslError(let stack)) = error as? NIOSSLError else { return .malformed }
        return stack.contains { code(of: $0).map(certificateCodes.contains) ?? false } ? .authentication : .malformed
    }

    /// The library keeps the number to itself, but writes it: `Error: 268435581 error:1000007d:…`.
    private static func code(of error: BoringSSLInternalError) -> UInt32? {
        let words = error.description.split(separator: " ", maxSplits: 2)
        return words.count >= 2 ? UInt32(words[1]) : nil
    }
}
