import Collectors
import EventModel
import LocatedYAML
import Pipeline
import Testing

/// The keys of sources of syslog: encryption, RELP, time zones.
struct SyslogConfigurationTests {
    private func read(_ source: String) -> (SourceConfiguration?, [Diagnostic]) {
        let file = YAMLFile(text: "sources:\n  - {name: a, \(source)}\n", path: "perimeter.yml")
        let (configuration, diagnostics) = ConfigurationFile.read(file, in: "/etc/perimeter")
        return (configuration?.sources.first, diagnostics)
    }

    private func syslog(_ source: String) throws -> SyslogConfiguration {
        let (read, diagnostics) = read(source)
        guard case .syslog(let syslog) = try #require(read, "\(diagnostics)").door else { throw NoSyslog() }
        return syslog
    }

    private struct NoSyslog: Error {}

    @Test func encryption() throws {
        let plain = try syslog("type: syslog_tls, tls: {certificate: tls.pem, key: /run/tls.key}")
        #expect(
            plain
                == SyslogConfiguration(
                    transport: .tcp, port: 6514,
                    tls: TLSConfiguration(certificateFile: "/etc/perimeter/tls.pem", privateKeyFile: "/run/tls.key")))
        let mutual = try syslog(
            "type: syslog_tls, port: 7, tls: {certificate: c, key: k, client_ca: ca.pem, "
                + "client_names: [a.example.com, '*.example.org'], minimum_version: 1.3}")
        #expect(
            mutual.tls
                == TLSConfiguration(
                    certificateFile: "/etc/perimeter/c", privateKeyFile: "/etc/perimeter/k",
                    clientAuthoritiesFile: "/etc/perimeter/ca.pem", clientNames: ["a.example.com", "*.example.org"],
                    minimumVersion: .tls13))
    }

    @Test func relp() throws {
        #expect(try syslog("type: relp") == SyslogConfiguration(transport: .relp, port: 2514))
        let tls = try syslog("type: relp, maximum_connections: 3, idle_timeout: 5s, tls: {certificate: c, key: k}")
        #expect(tls.maximumConnections == 3 && tls.idleTimeout == .seconds(5))
        #expect(tls.transportName == "relp over tls")
    }

    @Test(
        arguments: [
            ("syslog_udp", "udp 127.0.0.1:5514"), ("syslog_tcp", "tcp 127.0.0.1:5514"), ("relp", "relp 127.0.0.1:2514"),
            ("syslog_tls, tls: {certificate: c, key: k}", "tls 127.0.0.1:6514"),
        ])
    func doors(type: String, text: String) throws {
        #expect(try #require(read("type: \(type)").0).door.text == text)
    }

    @Test func zones() throws {
        let berlin = try #require(read("type: syslog_udp, time_zone: Europe/Berlin").0).zone
        #expect(berlin.offset(at: 1_795_176_000) == 3_600 && berlin.offset(at: 1_782_900_000) == 7_200)
        #expect(try #require(read("type: syslog_udp, time_zone: '+05:30'").0).zone == ZoneOffsets(fixed: 19_800))
        #expect(try #require(read("type: syslog_udp").0).zone == .utc)
    }

    @Test(
        arguments: [
            ("type: syslog_tls", "required key \"tls\" is missing"),
            ("type: syslog_tls, tls: {certificate: c}", "required key \"key\" is missing"),
            ("type: syslog_tls, tls: {certificate: c, key: k, minimum_version: 1.1}", "must be one of 1.2, 1.3"),
            ("type: syslog_tls, tls: {certificate: c, key: k, client_cas: x}", "did you mean \"client_ca\"?"),
            ("type: syslog_tls, tls: {certificate: c, key: k, client_names: [a]}", "\"client_names\" needs \"client_ca\""),
            ("type: relp, tls: {certificate: c, key: k, client_ca: x, client_names: ['*']}", "is no name of a certificate"),
            ("type: syslog_tcp, tls: {certificate: c, key: k}", "unknown key \"tls\""),
            ("type: syslog_udp, time_zone: Europe/Berln", "did you mean \"Europe/Berlin\"?"),
            ("type: syslog_udp, time_zone: '+2'", "an offset such as +02:00"),
        ])
    func mistakes(source: String, message: String) {
        let (read, diagnostics) = read(source)
        #expect(read == nil)
        #expect(diagnostics.contains { $0.description.contains(message) }, "\(diagnostics)")
    }
}
