import Alerting
import EventModel
import Foundation
import LocatedYAML
import Pipeline
import Sigma
import TestSupport
import Testing

/// Playbooks, vendors and drills: what is wrong with such files, and that those of the repository are sound.
@Suite struct ResponseFilesTests {
    private static let rules = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/rules"

    private static var products: Set<String> {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: rules + "/mappings")) ?? []
        return Set(files.map { String($0.prefix { $0 != "." }) })
    }

    // MARK: The repository's

    @Test func `the playbooks are sound, and answer every rule that names one`() throws {
        let (library, problems) = PlaybookFolder.read(Self.rules + "/playbooks")
        #expect(problems == [])
        #expect(library.names == [
            "account-takeover", "admin-granted", "audit-log-disabled", "break-glass", "data-export", "external-share",
            "identity-provider-trusted", "leaked-api-key", "mail-forwarding-rule", "mass-delete", "mass-download", "mfa-disabled",
            "mfa-fatigue", "oauth-grant", "offboarded-account-active", "payroll-redirect", "public-exposure", "repository-exposed",
            "vault-exported", "warehouse-unload",
        ])
        let loaded = SigmaLoader.load(paths: [Self.rules + "/detections"])
        let metadata = loaded.collection.rules.map(\.metadata) + loaded.collection.correlations.map(\.metadata)
        let named = Set(metadata.compactMap(\.playbook))
        #expect(named.count >= 6)
        for name in named { #expect(library[name] != nil, "\(name)") }
    }

    @Test func `the playbooks' commands keep a stranger's value between quotes`() throws {
        let value = "x'; touch $(id) `id` | \"y"
        let finding = Finding(
            uid: "u", rule: RuleSummary(id: "r", title: value, level: .high), kind: "event",
            group: ["identity", "src_endpoint.ip"].map { .init(field: $0, value: value) }, count: 1,
            firstSeen: Timestamp(seconds: 1), lastSeen: Timestamp(seconds: 1), evidence: [], reason: value)
        let (library, _) = PlaybookFolder.read(Self.rules + "/playbooks")
        for name in library.names {
            let playbook = try #require(library[name])
            for step in playbook.steps {
                let text = playbook.text(of: step, PlaybookValues(finding), for: .markdown)
                let parts = text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                for (_, span) in parts where span.hasPrefix("siemctl") {
                    #expect(span.count { $0 == "'" } % 2 == 0 && !span.contains("$("), "\(name): \(span)")
                }
            }
        }
    }

    @Test func `the vendor register is sound, and knows every product that has a vendor`() throws {
        let (register, problems) = VendorFile.read(Self.rules + "/vendors.yml", products: Self.products)
        #expect(problems == [])
        let known = Set(try #require(register).products)
        #expect(Self.products.subtracting(known).sorted() == ["cef", "kubernetes", "leef", "linux_auth", "perimeter"])
    }

    @Test func `every drill renders records of its products, and names rules that there are`() throws {
        let (scenarios, problems) = DrillFile.read(folder: Self.rules + "/drills")
        #expect(problems == [])
        #expect(scenarios.count == 5)
        let loaded = SigmaLoader.load(paths: [Self.rules + "/detections"])
        let metadata = loaded.collection.rules.map(\.metadata) + loaded.collection.correlations.map(\.metadata)
        for scenario in scenarios {
            #expect(Set(scenario.rules).isSubset(of: metadata.map(\.id)), "\(scenario.name)")
            #expect(Set(scenario.steps.map(\.product)).isSubset(of: Self.products), "\(scenario.name)")
            let drill = try #require(Drill(scenario, id: "k7q2", start: Timestamp(seconds: 1_795_521_600)))
            let records = drill.records()
            #expect(!records.isEmpty)
            for record in records {
                _ = try JSONSerialization.jsonObject(with: Data(record.json.utf8))
                #expect(record.json.contains(drill.actor) && !record.json.contains("{{"), "\(scenario.name): \(record.json)")
            }
        }
    }

    // MARK: What is wrong

    private func vendorErrors(_ text: String) -> [String] {
        VendorFile.read(YAMLFile(text: text, path: "v.yml"), products: ["okta", "slack"]).1.map(\.description)
    }

    @Test(arguments: [
        ("okta: {vendor: Okta, status_page: \"https://status.okta.com/\"}", []),
        ("oktta: {vendor: Okta}", [
            "v.yml:1:1: error: no mapping file is for a product called \"oktta\"; did you mean \"okta\"?",
        ]),
        ("okta: {status_page: \"http://a.example\"}", [
            "v.yml:1:7: error: required key \"vendor\" is missing",
            "v.yml:1:21: error: \"status_page\" must be an https address without user, blanks, quotes and brackets",
        ]),
        ("okta: {vendor: O, security_contact: a@b.c}", [
            "v.yml:1:37: error: \"security_contact\" must be an https address or mailto:name@example.com",
        ]),
    ] as [(String, [String])])
    func vendors(text: String, expected: [String]) { #expect(vendorErrors(text) == expected) }

    private func drillErrors(_ step: String, head: String = "title: T\nrules: [r]\nbudget: 1m\n") -> [String] {
        DrillFile.read(YAMLFile(text: head + "steps:\n  - " + step, path: "a.yml")).1.map(\.message)
    }

    @Test(arguments: [
        ("{at: +0s, product: okta, record: {a: '{{ actor }}'}}", nil),
        ("{at: 10s, product: okta, record: {a: '{{ actor }}'}}", "\"10s\" is not a time after the start, as in +0s or +10s"),
        ("{at: +0s, product: okta, repeat: 3, record: {a: '{{ actor }}'}}", "required key \"every\" is missing"),
        ("{at: +0s, product: okta, record: {a: '{{ time }}'}}",
            "the record has neither {{ actor }} nor {{ marker }}: nobody could tell it from a real one"),
        ("{at: +0s, product: okta, record: [1]}", "\"record\" must be the record as a mapping, not a list"),
        ("{at: +2d, product: okta, record: {a: '{{ actor }}'}}", "a scenario ends within 1d of its start"),
        ("{at: +0s, product: okta, repeat: 9000, every: 1h, record: {a: '{{ actor }}'}}",
            "a scenario ends within 1d of its start"),
    ] as [(String, String?)])
    func drills(step: String, message: String?) {
        #expect(drillErrors(step) == (message.map { [$0] } ?? []))
    }

    @Test func `a drill needs what makes it one`() {
        let messages = DrillFile.read(YAMLFile(text: "description: x", path: "a.yml")).1.map(\.message)
        #expect(messages.filter { $0.contains("is missing") }.count == 4, "\(messages)")
    }

    @Test func `a folder's problems are told with their files`() throws {
        let folder = try TemporaryFolder()
        try folder.file("bad.md", Data("# T\n## A\n- [ ] {{ identty }}\n".utf8))
        try folder.file("good.md", Data("# T\n## A\n- [ ] {{ identity }}\n".utf8))
        try folder.file("notes.txt", Data("anything".utf8))
        let (library, problems) = PlaybookFolder.read(folder.url.path)
        #expect(library.names == ["good"])
        #expect(problems.map { "\($0.location.line):\($0.location.column) \($0.message)" } == [
            "3:7 nothing is called \"identty\"; did you mean \"identity\"?",
        ])
        #expect(PlaybookFolder.read(folder.url.path + "/missing").1.count == 1)
    }
}
