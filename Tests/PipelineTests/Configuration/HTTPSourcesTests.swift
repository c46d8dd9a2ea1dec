import Collectors
import EventModel
import LocatedYAML
import Pipeline
import Testing

struct HTTPSourcesTests {
    private func read(_ text: String) -> (Configuration?, [Diagnostic]) {
        ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: "/etc/perimeter")
    }

    @Test func `everything about the listener and its sources is read`() throws {
        let (read, diagnostics) = read("""
            http:
              host: 0.0.0.0
              port: 9000
              tls: {certificate: c.pem, key: /k.pem, client_ca: ca.pem, minimum_version: "1.3"}
              maximum_connections: 7
              maximum_request: 1MiB
              maximum_memory: 8MiB
              header_timeout: 5s
              request_timeout: 2m
              idle_timeout: 30s
            sources:
              - {name: app, type: http, token: env:APP, rate_limit: 1000/s, daily_quota: 5GiB, maximum_record: 64KiB, product: okta}
              - {name: splunk, type: splunk_hec, token: [file:a, "credential:b"], acknowledgements: true}
              - {name: es, type: elasticsearch, token: file:/t}
              - {name: otel, type: otlp, token: file:/o}
              - {name: gh, type: webhook, vendor: github, secret: env:GH}
              - {name: own, type: webhook, vendor: hmac, secret: env:OWN, header: X-Sig, prefix: "v=", algorithm: sha1, encoding: base64,
                 timestamp_header: X-Time, signed: "{timestamp}:{body}"}
            """)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let configuration = try #require(read)
        var http = HTTPConfiguration(
            host: "0.0.0.0", port: 9000,
            tls: TLSConfiguration(
                certificateFile: "/etc/perimeter/c.pem", privateKeyFile: "/k.pem", clientAuthoritiesFile: "/etc/perimeter/ca.pem",
                minimumVersion: .tls13))
        http.maximumConnections = 7
        http.maximumRequestBytes = 1 << 20
        http.maximumMemoryBytes = 8 << 20
        http.headerTimeout = .seconds(5)
        http.requestTimeout = .seconds(120)
        http.idleTimeout = .seconds(30)
        #expect(configuration.http == http)
        let sources = configuration.sources.compactMap { source -> HTTPSourceConfiguration? in
            if case .http(let http) = source.door { http } else { nil }
        }
        let scheme = SignatureScheme(
            header: "X-Sig", prefix: "v=", algorithm: .sha1, encoding: .base64, timestampHeader: "X-Time", signed: "{timestamp}:{body}")
        #expect(sources.map(\.kind) == [
            .json, .splunkHEC(acknowledges: true), .elasticsearch, .otlp, .webhook(.github), .webhook(.hmac(scheme)),
        ])
        #expect(sources.map(\.secrets.count) == [1, 2, 1, 1, 1, 1])
        #expect(sources[0].rateLimit == RateLimit(records: 1000, per: .seconds(1)))
        #expect(sources[0].dailyQuota == 5 << 30)
        #expect(sources[0].maximumRecordBytes == 64 << 10)
        #expect(configuration.sources.map(\.door.text) == [
            "https 0.0.0.0:9000/ingest/app", "https 0.0.0.0:9000/services/collector", "https 0.0.0.0:9000/_bulk",
            "https 0.0.0.0:9000/v1/logs", "https 0.0.0.0:9000/webhooks/gh", "https 0.0.0.0:9000/webhooks/own",
        ])
    }

    @Test(arguments: [
        ("http: {host: 0.0.0.0}", "sent in the clear"), ("http: {maximum_request: 200MiB}", "at least twice"),
        ("http: {maximum_request: 1GiB, maximum_memory: 4GiB}", "between 1KiB and 512MiB"), ("http: {idle_timeout: 1ms}", "between 1s"),
        ("http: {hots: x}", "host"), ("sources: [{name: a, type: http}]", "token"),
        ("sources: [{name: a, type: webhook, secret: env:A}]", "vendor"),
        ("sources: [{name: a, type: webhook, vendor: gitlab, secret: env:A}]", "vendor"),
        ("sources: [{name: a, type: webhook, vendor: github}]", "secret"),
        ("sources: [{name: a, type: http, token: s3cr3t}]", "where the secret is"),
        ("sources: [{name: a, type: http, token: env:A, rate_limit: fast}]", "1000/s"),
        ("sources: [{name: a, type: http, token: env:A, acknowledgements: true}]", "acknowledgements"),
        ("sources: [{name: a, type: webhook, vendor: hmac, secret: env:A}]", "header"),
        ("sources: [{name: a, type: webhook, vendor: hmac, secret: env:A, header: X, signed: x}]", "{body} once"),
        ("sources: [{name: a, type: webhook, vendor: hmac, secret: env:A, header: 'X Y'}]", "name of a header"),
    ])
    func `what is wrong is said, with its key`(text: String, part: String) {
        let (read, diagnostics) = read(text)
        #expect(read == nil)
        #expect(diagnostics.contains { $0.description.contains(part) }, "\(diagnostics)")
        #expect(!diagnostics.contains { $0.description.contains("s3cr3t") })
    }

    @Test func `a proxy may encrypt instead`() {
        let (read, diagnostics) = read("http: {host: 0.0.0.0, allow_insecure_http: true}")
        #expect(read != nil && diagnostics.isEmpty)
    }
}
