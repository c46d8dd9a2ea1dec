import Foundation
import TestSupport
import Testing

/// Authorities and certificates, made with the `openssl` program in a folder of their own. Keys are on P-256: made at once.
final class TestCertificates: Sendable {
    static let shared = Result { try TestCertificates() }

    private let folder: TemporaryFolder

    private init() throws {
        folder = try TemporaryFolder()
        try folder.file("openssl.cnf", Data("[req]\ndistinguished_name = dn\n[dn]\n".utf8))
        for authority in ["ca", "strangers"] {
            try Self.request(in: folder, authority, subject: "/CN=\(authority)", ["basicConstraints=critical,CA:TRUE"])
        }
        try make("server", by: "ca", alternative: "DNS:localhost,IP:127.0.0.1")
        try make("collector", by: "ca", alternative: "DNS:collector.example.com,DNS:second.example.org")
        try make("named", by: "ca", subject: "/O=Example/CN=named.example.com")
        try make("nested", by: "ca", alternative: "DNS:a.b.example.com")
        try make("both", by: "ca", subject: "/CN=named.example.com", alternative: "DNS:other.example.net")
        try make("stranger", by: "strangers", alternative: "DNS:collector.example.com")
    }

    func path(_ name: String) -> String { folder.path(name) }
    func certificate(_ name: String) -> String { path("\(name).pem") }
    func key(_ name: String) -> String { path("\(name).key") }

    /// A certificate and its key: `NAME.pem`, `NAME.key`.
    func make(_ name: String, by authority: String, subject: String = "/O=Example", alternative: String? = nil) throws {
        var extensions = ["basicConstraints=critical,CA:FALSE"]
        if let alternative { extensions.append("subjectAltName=\(alternative)") }
        try Self.request(in: folder, name, subject: subject, extensions, ["-CA", "\(authority).pem", "-CAkey", "\(authority).key"])
    }

    private static func request(
        in folder: TemporaryFolder, _ name: String, subject: String, _ extensions: [String], _ more: [String] = []
    ) throws {
        let run = try Programs.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "2", "-subj", subject, "-keyout", "\(name).key", "-out", "\(name).pem",
            ] + more + extensions.flatMap { ["-addext", $0] }, in: folder.url)
        try #require(run.status == 0, "\(run.errors)")
    }
}
