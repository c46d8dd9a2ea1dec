import ArgumentParser
import Detection
import EventModel
import Foundation
import Glibc
import Matching
import Normaliser
import Pipeline
import Searching
import Sigma
import Storage

extension RuleCommand {
    struct Coverage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what the rules look for: by ATT&CK technique, and by product, with what has been seen of it.",
            discussion: """
                Products are those of which the store has events; a rule can fire where its events can come from one of them. \
                --layer writes a file that MITRE's ATT&CK Navigator opens.
                """)

        @Option(name: [.customShort("S"), .long], help: "Events seen since: 24h, 7d (ago), a date or RFC 3339. Default: 30d.")
        var since: TimeArgument?

        @Option(help: "Write a layer for ATT&CK Navigator to this file; - for standard output.")
        var layer: String?

        @Flag(help: "All products that there are mappings for, seen or not.")
        var all = false

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let installation = try store.configuration.load()
            let loaded = RuleCommand.load([], installation)
            let setup = try RuleCommand.setup(loaded.collection, installation)
            let coverage = RuleCoverage(setup.ruleSet)
            if let layer {
                let text = coverage.navigatorLayer(name: "Perimeter")
                if layer == "-" { return Console.print(text) }
                do {
                    try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: layer), options: .atomic)
                } catch {
                    throw CommandError(.environment, "\(layer): \(error.localizedDescription)")
                }
                return Console.note("\(layer) has \(coverage.byTechnique.count) techniques; open it at ATT&CK Navigator")
            }
            let seen = try await self.seen()
            printTechniques(coverage)
            Console.print("")
            printProducts(coverage, setup.mappings, seen)
        }

        /// Events of each product since; nothing where there is no store yet.
        private func seen() async throws -> [String: Int] {
            guard access(try store.files().database, F_OK) == 0 else { return [:] }
            let catalog = FieldCatalog()
            let reader = try store.open(catalog: catalog)
            let plan: SearchPlan
            do throws(QueryError) {
                plan = try SearchParser.parse("| top 10000 product")
            } catch {
                throw CommandError(.environment, "the products cannot be counted: \(error)")
            }
            let prepared = PreparedSearch(text: "", plan: plan, reader: reader, catalog: catalog)
            let execution = SearchExecution(prepared)
            let from = since?.time ?? TimeText.parse("30d", now: .now())
            _ = try await execution.search(reader, SearchRequest(plan.filter, since: from))
            let rows = try execution.finish().rows
            return Dictionary(rows.compactMap { row in
                guard row.values.count > 1, let count = Int(row.values[1].text) else { return nil }
                return (row.values[0].text, count)
            }) { $0 + $1 }
        }

        private func printTechniques(_ coverage: RuleCoverage) {
            var table = Table([
                .init(title: "TECHNIQUE", isFixed: true), .init(title: "RULES", alignsRight: true), .init(title: "WORST"),
                .init(title: "TACTICS"), .init(title: "FOR EXAMPLE"),
            ])
            for (technique, rules) in coverage.byTechnique {
                let worst = rules.map(\.level).max() ?? .informational
                let tactics = Set(rules.flatMap(\.tactics)).sorted().joined(separator: ", ")
                let example = rules.sorted { ($1.level, $0.title) < ($0.level, $1.title) }.first?.title ?? ""
                table.add([
                    .init(technique), .init("\(rules.count)"), .init(worst.rawValue, AlertText.tone(worst)), .init(tactics),
                    .init(example),
                ])
            }
            table.print()
        }

        private func printProducts(_ coverage: RuleCoverage, _ mappings: ProductMappings, _ seen: [String: Int]) {
            var table = Table([
                .init(title: "PRODUCT"), .init(title: "EVENTS", alignsRight: true), .init(title: "RULES", alignsRight: true),
                .init(title: "HIGH AND ABOVE", alignsRight: true),
            ])
            var canFire: Set<String> = []
            for (index, product) in mappings.products.products.enumerated() {
                let rules = coverage.rules(of: UInt16(index))
                let title = mappings.productName(of: product.name) ?? product.name
                let events = seen[title] ?? 0
                if events > 0 { canFire.formUnion(rules.map(\.id)) }
                if events == 0, !all { continue }
                table.add([
                    .init(title), .init("\(events)"), .init("\(rules.count)"),
                    .init("\(rules.count { $0.level >= .high })"),
                ])
            }
            table.print()
            Console.note(
                "\(coverage.rules.count) rules raise findings; of what was seen, \(canFire.count) can fire"
                    + (seen.isEmpty ? " (no events yet; --all lists the products)" : ""))
        }
    }
}
