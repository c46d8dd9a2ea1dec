import Alerting
import ArgumentParser
import EventModel
import Storage

extension AlertCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell one finding's story: why it was raised, the events behind it in time order, and what was done.")

        @OptionGroup var finding: FindingArgument

        @Option(name: .shortAndLong, help: "table, json, jsonl, or ocsf.")
        var output = Format.table

        func run() async throws {
            let catalog = FieldCatalog()
            let products = finding.store.products(catalog)
            let reader = try finding.store.open(catalog: catalog, products: products)
            let stored = try await finding.find(reader)
            switch output {
            case .table:
                let story = try await CommandError.ofStore {
                    let events = try await reader.events(sequences: stored.finding.evidence.map(\.sequence))
                    return AlertStory(
                        stored: stored, events: events,
                        playbook: try PlaybookLines(
                            stored, products: events.map { products[$0.event.row.product].name },
                            finding.store.configuration.load()),
                        deliveries: try await reader.deliveries(findingUID: stored.finding.uid),
                        changes: try await reader.handChanges(findingUID: stored.finding.uid))
                }
                for line in story.lines(.standardOutput()) { Console.print(line) }
            case .json, .jsonl: Console.print(stored.finding.json)
            case .ocsf: Console.print(stored.ocsf)
            }
        }
    }

    struct Events: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the events that a finding rests on, as OCSF, a line each, with their raw records.")

        @OptionGroup var finding: FindingArgument

        func run() async throws {
            let catalog = FieldCatalog()
            let products = finding.store.products(catalog)
            let reader = try finding.store.open(catalog: catalog, products: products)
            let stored = try await finding.find(reader)
            let events = try await CommandError.ofStore {
                try await reader.events(sequences: stored.finding.evidence.map(\.sequence))
            }
            var document = OCSFDocument(catalog: catalog, products: products)
            for found in events { Console.print(String(decoding: document.bytes(of: found.event), as: UTF8.self)) }
            let missing = stored.finding.evidence.count - events.count
            if missing > 0 { Console.note("\(missing) of its events are not in the store any more") }
            if stored.finding.count > stored.finding.evidence.count {
                Console.note(
                    "it keeps \(stored.finding.evidence.count) of its \(stored.finding.count) events, the first and the latest")
            }
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write findings as OCSF Detection Findings (class 2004), a line each, the oldest first.")

        @OptionGroup var filter: FindingOptions
        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            var wanted = filter.filter(limit: 0)
            // An export that leaves out what is closed would surprise.
            if filter.status.isEmpty { wanted.statuses = [] }
            wanted.order = .lastSeen
            let findings = try await CommandError.ofStore { try await reader.findings(wanted) }
            for stored in findings.reversed() { Console.print(stored.ocsf) }
        }
    }

    struct Verdicts: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how the findings of each rule were judged, and how often the rule was wrong.")

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let rules = try await CommandError.ofStore { try await reader.verdicts() }
            var table = Table(
                [.init(title: "RULE")] + ["OPEN", "TRUE", "FALSE", "BENIGN", "TEST", "UNCLEAR", "FALSE POSITIVES"].map {
                    .init(title: $0, alignsRight: true)
                })
            for rule in rules {
                let counts = [.truePositive, .falsePositive, .benign, .test, .inconclusive].map { rule.counts[$0] ?? 0 }
                let ratio = rule.falsePositiveRatio.map { "\(Int(($0 * 100).rounded())) %" } ?? ""
                table.add(([rule.rule] + ([rule.open] + counts).map(String.init) + [ratio]).map { .init($0) })
            }
            table.print()
        }
    }
}
