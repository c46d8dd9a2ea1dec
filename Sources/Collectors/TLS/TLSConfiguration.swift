/// How a listener encrypts: its certificate, and whose client certificates it demands.
public struct TLSConfiguration: Sendable, Equatable {
    /// TLS 1.0 and 1.1 are not offered (RFC 8996).
    public enum Version: String, Sendable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// PEM: the server's certificate, followed by those that lead to its authority.
    public var certificateFile: String
    /// PEM: the private key of the first certificate.
    public var privateKeyFile: String
    /// PEM: the authorities whose client certificates are accepted; every client must have one. Nil: clients show none.
    public var clientAuthoritiesFile: String?
    /// The names of which a client's certificate must have one, as `CertificateNames.matches` has it. Empty: any certificate of
    /// the authorities is accepted.
    public var clientNames: [String]
    public var minimumVersion: Version

    public init(
        certificateFile: String, privateKeyFile: String, clientAuthoritiesFile: String? = nil, clientNames: [String] = [],
        minimumVersion: Version = .tls12
    ) {
        self.certificateFile = certificateFile
        self.privateKeyFile = privateKeyFile
        self.clientAuthoritiesFile = clientAuthoritiesFile
        self.clientNames = clientNames
        self.minimumVersion = minimumVersion
    }

    var files: [String] { [certificateFile, privateKeyFile] + (clientAuthoritiesFile.map { [$0] } ?? []) }
}

/// Why a listener cannot encrypt.
public struct TLSError: Error, CustomStringConvertible {
    public let file: String
    public let reason: String

    public var description: String { "\(file): \(reason)" }
}
