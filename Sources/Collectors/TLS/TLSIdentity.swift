package import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

#if canImport(Glibc)
import Glibc
#endif

/// A listener's certificate and key, read again when their files change: new connections get the new ones, open connections keep
/// what they began with. Files that cannot be used are reported, and change nothing.
package final class TLSIdentity: Sendable {
    /// How often the files are looked at: certificates are renewed days before they end.
    static let lookInterval: Duration = .seconds(5)

    /// A certificate with less time left than this is warned of whenever it is read.
    static let shortValidity: time_t = 14 * 86_400
    /// How long a closing connection waits for the peer's farewell, which those that were cut off never send.
    private static let farewell = TimeAmount.seconds(2)

    private struct State {
        var context: NIOSSLContext
        var seen: [FileFacts?]
    }

    let configuration: TLSConfiguration
    private let logger: Logger
    private let state: NIOLockedValueBox<State>

    /// Reads the files. Blocks on the disk.
    package init(_ configuration: TLSConfiguration, logger: Logger) throws(TLSError) {
        self.configuration = configuration
        self.logger = logger
        let seen = configuration.files.map { FileFacts.at($0) }
        state = NIOLockedValueBox(State(context: try Self.context(configuration, logger), seen: seen))
    }

    /// The first step of a new connection. A handshake that fails closes it.
    func makeHandler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: state.withLockedValue { $0.context })
    }

    /// Looks at the files until it is cancelled.
    func watch() async {
        while true {
            do { try await Task.sleep(for: Self.lookInterval) } catch { return }
            reloadIfChanged()
        }
    }

    /// Reads the files again if one of them is another than before. True if new connections get another identity.
    @discardableResult
    package func reloadIfChanged() -> Bool {
        let now = configuration.files.map { FileFacts.at($0) }
        guard now != state.withLockedValue({ $0.seen }) else { return false }
        do throws(TLSError) {
            let context = try Self.context(configuration, logger)
            state.withLockedValue { $0 = State(context: context, seen: now) }
            logger.info("certificate read again", metadata: ["file": "\(configuration.certificateFile)"])
            return true
        } catch {
            // Half-written files are seen whole at the next change; the same bad ones are reported once.
            state.withLockedValue { $0.seen = now }
            logger.error("the new certificate cannot be used; the one before stays", metadata: ["error": "\(error)"])
            return false
        }
    }

    private static func context(_ configuration: TLSConfiguration, _ logger: Logger) throws(TLSError) -> NIOSSLContext {
        let chain = try reading(configuration.certificateFile) { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else {
            throw TLSError(file: configuration.certificateFile, reason: "has no certificate in PEM form")
        }
        let key = try reading(configuration.privateKeyFile) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var tls = NIOSSL.TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        tls.shutdownTimeout = farewell
        tls.minimumTLSVersion = configuration.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        if let authorities = configuration.clientAuthoritiesFile {
            let trusted = try reading(authorities) { try NIOSSLCertificate.fromPEMFile($0) }
            guard !trusted.isEmpty else { throw TLSError(file: authorities, reason: "has no certificate in PEM form") }
            tls.trustRoots = .certificates(trusted)
            // Clients with several certificates choose by it.
            tls.sendCANameList = true
            tls.certificateVerification = .noHostnameVerification
        }
        // The key is looked at with the certificate only now.
        let context = try reading(configuration.privateKeyFile) { _ in try NIOSSLContext(configuration: tls) }
        warnOfEnd(chain[0], configuration.certificateFile, logger)
        return context
    }

    /// One that has expired is used all the same: some peers do not look, and a listener that is shut helps nobody.
    private static func warnOfEnd(_ certificate: NIOSSLCertificate, _ file: String, _ logger: Logger) {
        let left = certificate.notValidAfter - time(nil)
        guard left < shortValidity else { return }
        logger.warning(
            left < 0 ? "the certificate has expired; peers will refuse it" : "the certificate expires soon; renew it",
            metadata: ["file": "\(file)", "days": "\(left / 86_400)"])
    }

    private static func reading<Value>(_ file: String, _ read: (String) throws -> Value) throws(TLSError) -> Value {
        do {
            return try read(file)
        } catch {
            throw TLSError(file: file, reason: "\(error)")
        }
    }
}
