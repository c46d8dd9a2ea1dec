import Collectors
import NIOSSL
import Testing

struct CertificateNamesTests {
    @Test(
        arguments: [
            ("collector", ["collector.example.com", "second.example.org"]),
            ("named", ["named.example.com"]),
            // The common name counts only where there is no alternative (RFC 6125, section 6.4.4).
            ("both", ["other.example.net"]),
        ])
    func ofACertificate(name: String, expected: [String]) throws {
        let file = try TestCertificates.shared.get().certificate(name)
        let der = try #require(try NIOSSLCertificate.fromPEMFile(file).first).toDERBytes()
        #expect(CertificateNames(der: der).names == expected)
    }

    @Test func bytesThatAreNoCertificateHaveNone() {
        #expect(CertificateNames(der: [0x30, 0x03, 1, 2, 3]).names.isEmpty)
        #expect(CertificateNames(der: []).names.isEmpty)
    }

    @Test(
        arguments: [
            ("collector.example.com", "collector.example.com", true),
            ("Collector.Example.COM", "collector.example.com", true),
            ("collector.example.com", "*.example.com", true),
            ("collector.example.com", "*.Example.com", true),
            ("a.b.example.com", "*.example.com", false),
            ("example.com", "*.example.com", false),
            (".example.com", "*.example.com", false),
            ("evilexample.com", "*.example.com", false),
            ("collector.example.com\0.evil.org", "collector.example.com", false),
            ("*.example.com", "collector.example.com", false),
            ("", "collector.example.com", false),
        ])
    func matching(name: String, pattern: String, expected: Bool) {
        #expect(CertificateNames(names: ["first.example.net", name]).matches(["nobody.example.net", pattern]) == expected)
    }

    @Test(
        arguments: [
            ("a.example.com", true), ("*.example.com", true), ("Example Client", true), ("*", false), ("*.", false),
            ("a.*.com", false), ("**.example.com", false), ("*..com", false), ("", false), ("a\nb", false),
        ])
    func patterns(text: String, expected: Bool) {
        #expect(CertificateNames.isPattern(text) == expected)
    }
}
