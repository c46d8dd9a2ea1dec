import ArgumentParser
import EventModel
import Normaliser
import Pipeline
import Storage

struct IdentityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Look at which names are one person or service account, and why.",
        discussion: "docs/identity.md says how names are learned and joined.", subcommands: [List.self, Show.self, Forget.self])

    /// Learned names that are read at most.
    fileprivate static let maximumRows = 1_000_000

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the identities that have other names, those that were seen last first.")

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 100

        @Flag(help: "Only names that belonged to more than one address or id.")
        var conflicts = false

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let resolver = store.configuration.identityNames()
            let aliases = try await CommandError.ofStore { try await reader.aliases(limit: IdentityCommand.maximumRows) }
            if conflicts { return printConflicts(aliases) }
            var groups: [String: Group] = [:]
            for alias in aliases { groups[resolver.canonical(of: alias.target), default: Group()].add(alias) }
            for entry in resolver.entries {
                groups[entry.canonical.lowercased(), default: Group()].names.formUnion(entry.aliases.map { $0.lowercased() })
            }
            var table = Table([
                .init(title: "IDENTITY"), .init(title: "NAMES", alignsRight: true), .init(title: "FIRST SEEN", isFixed: true),
                .init(title: "LAST SEEN", isFixed: true), .init(title: "IN"),
            ])
            let sorted = groups.sorted { ($0.value.last, $1.key) > ($1.value.last, $0.key) }
            for (name, group) in limit == 0 ? sorted[...] : sorted.prefix(limit) {
                table.add([
                    .init(name), .init("\(group.names.count)"), .init(group.first.map(TimeText.short) ?? "configured"),
                    .init(group.first == nil ? "" : TimeText.short(group.last)),
                    .init(group.products.sorted().joined(separator: ", ")),
                ])
            }
            table.print()
            let shown = limit == 0 ? sorted.count : min(limit, sorted.count)
            Console.note(
                shown < sorted.count
                    ? "showing \(shown) of \(sorted.count); --limit 0 for all" : "siemctl identity show NAME tells why")
        }

        private struct Group {
            var names: Set<String> = []
            var products: Set<String> = []
            var first: Timestamp?
            var last = Timestamp(microseconds: 0)

            mutating func add(_ alias: LearnedAlias) {
                names.insert(alias.text)
                products.insert(alias.product)
                first = min(first ?? alias.first.time, alias.first.time)
                last = max(last, alias.last.time)
            }
        }

        private func printConflicts(_ aliases: [LearnedAlias]) {
            struct Name: Hashable {
                var text: String
                var tenant: String
                var kind: IdentityLesson.Kind
            }
            let names = Dictionary(grouping: aliases) { Name(text: $0.text, tenant: $0.tenant, kind: $0.kind) }
                .filter { $0.value.count > 1 }
                .sorted { ($0.value[0].last.time, $1.key.text) > ($1.value[0].last.time, $0.key.text) }
            let rows = names.flatMap { $0.value.sorted { $0.last.time > $1.last.time } }
            let table = AliasRows.table(limit == 0 ? rows : Array(rows.prefix(limit)))
            table.print()
            Console.note("\(names.count) name\(names.count == 1 ? "" : "s") with more than one address or id")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print all names of one identity, what taught each of them, and when it was seen.")

        @Argument(help: "An e-mail address, or product:id, or product:login.")
        var name: String

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let resolver = store.configuration.identityNames()
            let names = try await IdentityExpansion(reader: reader, resolver: resolver).names(of: name)
            if let entry = resolver.entry(of: name) {
                let others = entry.aliases.isEmpty ? "" : ": " + entry.aliases.joined(separator: ", ")
                Console.print("configured as \(entry.canonical)\(others)" + (entry.learns ? "" : "; nothing is learned about it"))
            }
            var rows: Set<LearnedAlias> = []
            for name in names {
                rows.formUnion(
                    try await CommandError.ofStore { try await reader.aliases(of: name, limit: IdentityExpansion.maximumNames) })
                guard let (product, rest) = IdentityExpansion.parts(name) else { continue }
                rows.formUnion(
                    try await CommandError.ofStore {
                        try await reader.aliases(product: product, name: rest, limit: IdentityExpansion.maximumNames)
                    })
            }
            guard !rows.isEmpty else {
                Console.note("nothing is learned about \(name)")
                if resolver.entry(of: name) == nil { throw ExitCode(CommandError.Status.failed.rawValue) }
                return
            }
            let sorted = rows.sorted { ($0.product, $0.name, $1.last.time) < ($1.product, $1.name, $0.last.time) }
            AliasRows.table(sorted).print()
            Console.note("siemctl identity forget NAME forgets them; events that are stored keep their identity")
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget the learned names of an address or id, and what a name belongs to.",
            discussion: """
                siemd does it, or this command while siemd is stopped. Events that are stored keep their identity, and events to \
                come teach anew: what must never be joined is to stand in the configuration.
                """)

        @Argument(help: "An e-mail address, or product:id, or product:login.")
        var name: String

        @OptionGroup var store: StoreOptions

        /// siemd looks twice a second.
        private static let patience = 10

        func run() async throws {
            let reader = try store.open()
            let files = try store.files()
            let key = IdentityResolver.key(name, store.configuration.identityNames().forms)
            let beat = try await CommandError.ofStore { try await reader.heartbeat() }
            do {
                guard let beat, DaemonStatus.isAlive(beat) else { return try await forget(key, files) }
                try ForgetRequest.write(key, files)
                let end = ContinuousClock.now + .seconds(Self.patience)
                while ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(100))
                    if !ForgetRequest.isPending(files) { return Console.print("forgotten") }
                }
                try ForgetRequest.remove(files)
                throw CommandError(.environment, "siemd did not answer within \(Self.patience) s; its log may say why")
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
        }

        private func forget(_ key: String, _ files: StoreFiles) async throws {
            let writer = try StoreWriter(files: files, catalog: FieldCatalog(), products: ProductCatalog([]))
            let forgotten = try await writer.forgetAliases(of: key)
            try await writer.close()
            Console.print("forgotten: \(forgotten.count) name\(forgotten.count == 1 ? "" : "s")")
        }
    }
}

/// Learned names as rows for people.
private enum AliasRows {
    static func table(_ aliases: [LearnedAlias]) -> Table {
        var table = Table([
            .init(title: "NAME"), .init(title: "KIND", isFixed: true), .init(title: "TENANT"), .init(title: "BELONGS TO"),
            .init(title: "FIRST SEEN", isFixed: true), .init(title: "BY EVENT"), .init(title: "LAST SEEN", isFixed: true),
            .init(title: "BY EVENT"),
        ])
        for alias in aliases {
            table.add([
                .init(alias.text), .init(alias.kind == .id ? "id" : "login"), .init(alias.tenant), .init(alias.target),
                .init(TimeText.short(alias.first.time)), .init(teacher(alias.first)), .init(TimeText.short(alias.last.time)),
                .init(teacher(alias.last)),
            ])
        }
        return table
    }

    private static func teacher(_ teacher: LearnedAlias.Teacher) -> String { "\(teacher.sequence) of \(teacher.source)" }
}
