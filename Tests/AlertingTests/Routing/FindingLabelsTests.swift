import Alerting
import EventModel
import Testing

@Suite struct FindingLabelsTests {
    private let finding = NotifiedFinding(
        .make(
            tags: ["attack.t1110.003", "attack.T1621", "attack.credential_access", "cve.2026.1", "attack.t1621"],
            group: [
                .init(field: "identity", value: "ana@example.com"), .init(field: "src_endpoint.ip", value: "192.0.2.7"),
                // An event cannot say that it is of a drill, or harmless.
                .init(field: "drill", value: "true"), .init(field: "level", value: "low"), .init(field: "empty", value: ""),
                .init(field: "identity", value: "another"), .init(field: "long", value: String(repeating: "ü", count: 5_000)),
            ]), products: ["okta", "github"])

    @Test(arguments: [
        ("rule", "rule-1"), ("title", "Many failed sign-ins"), ("level", "high"), ("kind", "event_count"),
        ("product", "github,okta"), ("technique", "T1110.003,T1621"), ("identity", "ana@example.com"),
        ("src_endpoint.ip", "192.0.2.7"), ("drill", ""), ("empty", ""), ("absent", ""),
    ])
    func hasWhatRoutesNeed(name: String, value: String) {
        #expect(FindingLabels(finding)[name] == value)
    }

    @Test func isBounded() {
        #expect(FindingLabels(finding)["long"].utf8.count <= 1_024)
        let many = NotifiedFinding(.make(group: (0..<100).map { .init(field: "f\($0)", value: "v") }), products: (0..<99).map { "p\($0)" })
        #expect(FindingLabels(many).all.count <= 2 * 16 + 5)
    }

    @Test func knowsDrills() {
        #expect(FindingLabels(NotifiedFinding(.make(group: [.init(field: Finding.drillField, value: "k7q2")])))["drill"] == "true")
    }

    @Test func listsItsNamesOnceInOrder() {
        #expect(
            FindingLabels(finding).names
                == ["finding", "identity", "kind", "level", "long", "product", "rule", "src_endpoint.ip", "technique", "title"])
    }
}
