import Alerting
import Collectors
import EventModel
import LocatedYAML
import Pipeline
import TestSupport
import Testing

/// Which sources a drill's records go through.
struct DrillDoorsTests {
    private static func names(_ sources: String, products: [String], through source: String? = nil) throws -> String {
        let file = YAMLFile(bytes: Array("sources:\n\(sources)\n".utf8), path: "/t/perimeter.yml")
        let (configuration, diagnostics) = ConfigurationFile.read(file, in: "/t")
        let installation = try #require(configuration, "\(diagnostics)")
        let records = products.map { Drill.Record(time: Timestamp(seconds: 0), product: $0, json: "{}") }
        do throws(DrillError) {
            return try DrillDoors(records, through: source, installation).names
        } catch {
            return "error: \(error)"
        }
    }

    private static let some = """
          - {name: udp, type: syslog_udp, port: 5514}
          - {name: okta, type: syslog_tcp, port: 5515, product: okta}
          - {name: audit, type: file, path: audit.jsonl}
          - {name: relp, type: relp, port: 2514, product: slack}
        """

    @Test(arguments: [
        (["okta"], nil, "okta"), (["github"], nil, "udp"), (["github", "okta", "github"], nil, "udp, okta"),
        // RELP is not spoken.
        (["slack"], nil, "udp"), (["github"], "audit", "audit"), (["okta"], "okta", "okta"),
        (["github"], "okta", "error: the source okta takes records of okta, and the scenario has some of github"),
        (["github"], "uddp", "error: no source is called \"uddp\"; known are udp, okta, audit, relp"),
    ] as [([String], String?, String)])
    func areThoseThatTakeTheRecords(products: [String], source: String?, expected: String) throws {
        #expect(try Self.names(Self.some, products: products, through: source) == expected)
    }

    @Test func filesOfOthersAreNotWrittenToUnasked() throws {
        let told = try Self.names("  - {name: audit, type: file, path: audit.jsonl}", products: ["okta"])
        #expect(told.hasPrefix("error: no source takes records of okta from a drill"))
    }
}
