import Collectors
import EventModel
import LocatedYAML
import Logging
import Pipeline
import Storage
import Testing

struct ConfigurationFileTests {
    private func read(_ text: String) -> (Configuration?, [Diagnostic]) {
        ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: "/etc/perimeter")
    }

    @Test
    func nothingIsASensibleConfiguration() throws {
        let (read, diagnostics) = read("")
        let configuration = try #require(read)
        #expect(diagnostics.isEmpty)
        #expect(configuration.data == "/etc/perimeter/data")
        #expect(configuration.sources.map(\.door) == [
            .syslog(SyslogConfiguration(transport: .udp, port: 5514)), .syslog(SyslogConfiguration(transport: .tcp, port: 5514)),
        ])
        #expect(configuration.webhooks.isEmpty)
        #expect(configuration.correlationShards == nil)
        #expect(configuration.retention == nil, "nothing expires unless someone says so")
    }

    @Test
    func everyKeyIsRead() throws {
        let (read, diagnostics) = read("""
            data: /var/lib/perimeter
            rules: [rules, /opt/rules]
            mappings: maps
            remembered_events: 5
            correlation: {shards: 3}
            retention:
              age: 365d
              size: 200GiB
              products: {okta: {age: 90d}, github_audit: {size: 1MiB}}
              classifications:
                personal: {classes: [authentication, 3001, User Access Management], products: okta, age: 30d}
                work: {categories: [findings, 6], classes: 3002, size: 10GiB}
            placeholders: {Administrators: [alice, bob], One: carol}
            sources:
              - {name: a, type: syslog_udp, host: "::1", port: 1, product: okta, lateness: 1h, maximum_record: 64KiB}
              - {name: b, type: syslog_tcp, maximum_connections: 7, idle_timeout: 30s}
              - {name: c, type: file, path: logs/c.jsonl}
              - {name: d, type: file, path: ["/a/*.log", "b{1,2}/**"], exclude: ["*.tmp", "b/x?"], format: json, unterminated_after: 5s,
                 poll_interval: 1s}
            identities:
              - {name: dana@example.com, aliases: [github:dana, d.reyes@example.com], kind: service}
            webhooks:
              - name: soc
                url: https://hooks.example.com/x
                secret: [env:NEW, file:old.secret]
                minimum_level: high
                timeout: 5s
                allow_private_addresses: true
                allow_insecure_http: true
                ca_file: ca.pem
            retry_schedule: [0s, 1m]
            log: {level: debug, format: json}
            """)
        let configuration = try #require(read, "\(diagnostics)")
        #expect(configuration.data == "/var/lib/perimeter")
        #expect(configuration.rules == ["/etc/perimeter/rules", "/opt/rules"])
        #expect(configuration.mappings == "/etc/perimeter/maps")
        #expect(configuration.rememberedEvents == 5)
        #expect(configuration.correlationShards == 3)
        #expect(
            configuration.retention
                == RetentionPolicy(
                    overall: .init(age: .seconds(365 * 86_400), bytes: 200 << 30),
                    products: ["okta": .init(age: .seconds(90 * 86_400)), "github_audit": .init(bytes: 1 << 20)],
                    classifications: [
                        .init(
                            name: "personal", classes: [3_002, 3_001, 3_005], products: ["okta"],
                            limit: .init(age: .seconds(30 * 86_400))),
                        .init(
                            name: "work", classes: [2_004, 2_006, 6_001, 6_002, 6_003, 6_005, 6_006, 3_002],
                            limit: .init(bytes: 10 << 30)),
                    ]))
        #expect(configuration.retentionProducts.map(\.name) == ["okta", "github_audit", "okta"])
        #expect(configuration.retentionProducts.map(\.classification) == [nil, nil, "personal"])
        #expect(configuration.placeholders == ["Administrators": ["alice", "bob"], "One": ["carol"]])
        #expect(configuration.sources.map(\.name) == ["a", "b", "c", "d"])
        #expect(configuration.sources[0].lateness == 3_600_000_000)
        #expect(configuration.sources[0].product == "okta")
        #expect(configuration.sources.map(\.door) == [
            .syslog(SyslogConfiguration(transport: .udp, host: "::1", port: 1, maximumFrameBytes: 65_536)),
            .syslog(SyslogConfiguration(
                transport: .tcp, port: 5514, maximumConnections: 7, idleTimeout: .seconds(30))),
            .file(FileConfiguration(path: "/etc/perimeter/logs/c.jsonl")),
            .file(
                FileConfiguration(
                    paths: ["/a/*.log", "/etc/perimeter/b{1,2}/**"], excluded: ["*.tmp", "/etc/perimeter/b/x?"], format: .json,
                    pollInterval: .seconds(1), unterminatedAfter: .seconds(5))),
        ])
        #expect(configuration.identities == [
            IdentityConfiguration(
                name: "dana@example.com", aliases: ["github:dana", "d.reyes@example.com"], kind: .service, learns: false)
        ])
        let webhook = try #require(configuration.webhooks.first)
        #expect(webhook.secrets.map(\.place) == [.environment("NEW"), .file("/etc/perimeter/old.secret")])
        #expect(webhook.minimumLevel == .high)
        #expect(webhook.timeout == 5_000_000)
        #expect(webhook.allowsPrivateAddresses && webhook.allowsInsecureHTTP)
        #expect(webhook.caFile == "/etc/perimeter/ca.pem")
        #expect(configuration.retrySchedule == [0, 60_000_000])
        #expect(configuration.log.level == .debug)
        #expect(configuration.log.format == .json)
    }

    private static func classified(_ text: String) -> String { "retention:\n  classifications:\n    a: \(text)" }

    @Test(arguments: [
        ("retention: {age: 0s}", "1:18", "longer than nothing"),
        ("retention: {ages: 3d}", "1:13", "did you mean \"age\"?"),
        ("retention: {products: {okta: {agee: 3d}}}", "1:31", "did you mean \"age\"?"),
        (Self.classified("{classes: [authentcation], age: 3d}"), "3:19", "did you mean \"authentication\"?"),
        (Self.classified("{classes: [4010], age: 3d}"), "3:19", "known are base_event (0), account_change (3001)"),
        (Self.classified("{classes: [[3002]], age: 3d}"), "3:19", "must be a name or a number"),
        (Self.classified("{classes: [~], age: 3d}"), "3:19", "must be a name or a number"),
        (Self.classified("{classes: [], age: 3d}"), "3:18", "names nothing"),
        (Self.classified("{classes: ~, age: 3d}"), "3:18", "names nothing"),
        (Self.classified("{categories: [iem], age: 3d}"), "3:22", "did you mean \"iam\"?"),
        (Self.classified("{products: [], age: 3d}"), "3:19", "names nothing"),
        (Self.classified("{age: 3d}"), "3:8", "selects nothing"),
        (Self.classified("{classes: 3002}"), "3:8", "limits nothing"),
        (Self.classified("{classes: 3002, age: 0d}"), "3:29", "longer than nothing"),
        (Self.classified("{clases: 3002, age: 3d}"), "3:9", "did you mean \"classes\"?"),
        ("retention:\n  classifications:\n    a b: {classes: 3002, age: 3d}", "3:5", "at most 64 letters"),
        ("listners: []", "1:1", "unknown key \"listners\""),
        ("sourcs:\n  - {name: a}", "1:1", "did you mean \"sources\"?"),
        ("sources:\n  - {name: a, type: syslog}", "2:21", "must be one of syslog_udp, syslog_tcp, syslog_tls, relp, file"),
        ("sources:\n  - {type: file, path: x}", "2:5", "required key \"name\" is missing"),
        ("sources:\n  - {name: a, type: file}", "2:5", "required key \"path\" is missing"),
        ("sources:\n  - {name: a, type: syslog_tcp, port: 70000}", "2:39", "1 to 65535"),
        ("sources:\n  - {name: a, type: syslog_tcp, host: example.com}", "2:39", "an address to listen on"),
        ("sources:\n  - {name: a, type: file, path: []}", "2:5", "required key \"path\" is missing"),
        ("sources:\n  - {name: a, type: file, path: \"[x\"}", "2:33", "a \"[\" has no \"]\""),
        ("sources:\n  - {name: a, type: file, path: x, exclude: a**}", "2:45", "\"**\" must stand alone"),
        ("sources:\n  - {name: a, type: file, path: x, format: xml}", "2:44", "must be one of lines, json"),
        ("sources:\n  - {name: a, type: file, path: x, poll_interval: 1ms}", "2:51", "between 10ms and 1d"),
        ("sources:\n  - {name: a b, type: file, path: x}", "2:12", "at most 64 letters"),
        ("sources:\n  - {name: a, type: file, path: x}\n  - {name: a, type: file, path: y}", "3:12", "taken by the entry at line 2"),
        ("sources:\n  - {name: a, type: file, path: x, maximum_record: 1}", "2:52", "between 1KiB and 8MiB"),
        (
            "identities:\n  - {name: a, aliases: ['okta:x']}\n  - {name: b, aliases: ['Okta:X']}", "3:25",
            "already an alias of a"
        ),
        (
            "identities:\n  - {name: a, aliases: [x@example.com]}\n  - {name: b, aliases: [X+y@example.com]}", "3:25",
            "already an alias of a"
        ),
        (
            "identity: {domain_aliases: {b.example: a.example}}\nidentities:\n  - {name: x@a.example}\n"
                + "  - {name: c, aliases: [X@b.example]}", "4:25", "the name of another entry"
        ),
        ("identities:\n  - {name: a@example.com}\n  - {name: A@example.com}", "3:12", "already the name of a@example.com"),
        ("identities:\n  - {name: a, aliases: [dana]}", "2:25", "such as github:dana"),
        ("identities:\n  - {name: a, kind: robot}", "2:21", "must be one of"),
        ("identity: {domain_aliases: {a.example: b.example, b.example: c.example}}", "1:40", "name the last domain"),
        ("identity: {domain_aliases: {a: b.example}}", "1:29", "write a domain"),
        ("identity: {learn_from: [okta]}\nsources: []", "1:24", "no source is called"),
        ("identity: {never_join: [root]}", "1:24", "such as github:root"),
        ("identity: {maximum_aliases: 5}", "1:29", "1000"),
        ("webhooks:\n  - {name: a, url: https://x, secret: hunter2}", "2:39", "env:NAME, file:PATH or credential:NAME"),
        ("webhooks:\n  - {name: a, url: https://x}", "2:5", "required key \"secret\" is missing"),
        ("webhooks:\n  - {name: a, url: https://x, format: slak}", "2:39", "did you mean \"slack\"?"),
        ("webhooks:\n  - {name: a, url: https://x, format: pagerduty}", "2:5", "required key \"key\" is missing"),
        ("webhooks:\n  - {name: a, url: https://x, format: slack, key: env:A}", "2:51", "has no \"key\""),
        ("webhooks:\n  - {name: a, url: x, secret: env:A, minimum_level: hihg}", "2:53", "did you mean \"high\"?"),
        ("log: {level: loud}", "1:14", "must be one of"),
        ("correlation: {shards: 5}", "1:23", "1 to 4"),
        ("correlation: {shards: 0}", "1:23", "1 to 4"),
        ("correlation: {shard: 2}", "1:15", "did you mean \"shards\"?"),
        ("data: a\n---\ndata: b", "3:1", "one YAML document"),
        ("data: [", "", ""),
    ])
    func saysWhatIsWrongAndWhere(text: String, place: String, message: String) throws {
        let (configuration, diagnostics) = read(text)
        #expect(configuration == nil)
        let found = diagnostics.contains { "\($0.location.line):\($0.location.column)" == place && $0.message.contains(message) }
        #expect(place.isEmpty ? !diagnostics.isEmpty : found, "\(diagnostics)")
    }

    @Test
    func aSecretInTheFileIsNeverRepeated() {
        let (_, diagnostics) = read("webhooks:\n  - {name: a, url: https://x, secret: hunter2}")
        #expect(!diagnostics.isEmpty && diagnostics.allSatisfy { !$0.description.contains("hunter2") })
    }

    @Test
    func everythingWrongIsSaidAtOnce() {
        let (_, diagnostics) = read("dta: x\nlog: {level: loud, fromat: text}\nremembered_events: -1")
        #expect(diagnostics.count == 4, "\(diagnostics)")
    }
}
