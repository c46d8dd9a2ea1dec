import EventModel
import Matching
import Normaliser
import Searching
import Storage

/// All names under which the events of one person or service account may be stored, by what is known now.
struct IdentityExpansion {
    /// More names than this are not one account's; a search looks for so many at most.
    static let maximumNames = 1_000

    let reader: StoreReader
    let resolver: IdentityResolver

    /// A query's tests on `identity`, each for every name of whom it asks for. `identity==…` stays as it is.
    func expand(_ plan: SearchPlan) async throws -> SearchPlan {
        var names: [String: [String]] = [:]
        for test in plan.eventTests {
            guard let asked = Self.asked(test), names[asked] == nil else { continue }
            let found = try await self.names(of: asked)
            names[asked] = found
            if found.count > 1 {
                let bound = found.count >= Self.maximumNames ? ", as many as a search takes" : ""
                Console.note("\(asked) is looked for under \(found.count) names\(bound); identity==\(asked) looks for this one")
            }
        }
        if names.allSatisfy({ $0.value.count <= 1 }) { return plan }
        return plan.mappingEventTests { test in
            guard let asked = Self.asked(test), let found = names[asked], found.count > 1 else { return nil }
            return .any(found.map { .test(FieldTest(test.field, .text(.exactly($0)))) })
        }
    }

    /// The name that a test asks for; nil for tests on other fields, patterns and exact ones.
    private static func asked(_ test: FieldTest) -> String? {
        guard case .named(let field) = test.field, field.lowercased() == "identity", case .text(let pattern) = test.test,
            !pattern.isCased, pattern.pieces.count == 1, case .literal(let text) = pattern.pieces[0]
        else { return nil }
        return text
    }

    /// The name itself, its entity's, and every other name for that, in lower case.
    func names(of name: String) async throws -> [String] {
        var names = NameList(maximum: Self.maximumNames)
        names.add(name.lowercased())
        add(name, to: &names)
        // What a product's name belongs to now.
        if let (product, rest) = Self.parts(name.lowercased()) {
            let targets = try await aliases(product, rest)
            if Set(targets.map(\.tenant)).count == 1, !isShared(targets), let current = targets.first {
                add(current.target, to: &names)
                if let (product, id) = Self.parts(current.target), current.kind == .loginOfID,
                    let address = try await aliases(product, id).first(where: { $0.kind == .id }) {
                    add(address.target, to: &names)
                }
            }
        }
        // The names of these, and the logins of ids among them.
        for _ in 0..<2 {
            for target in names.takeNew() {
                for alias in try await CommandError.ofStore({ try await reader.aliases(of: target, limit: Self.maximumNames) }) {
                    // A login, or a short id, can be somebody else's in another tenant: then it says nothing alone.
                    let all = try await aliases(alias.product, alias.name)
                    if Set(all.map(\.tenant)).count > 1 || isShared(all) { continue }
                    names.add(alias.text)
                }
            }
        }
        return names.all
    }

    /// A name with what is configured of it, in all forms that events can have been stored with.
    private func add(_ name: String, to names: inout NameList) {
        let canonical = resolver.canonical(of: name)
        var forms = [canonical, IdentityResolver.key(name, resolver.forms)]
        if IdentityResolver.isAddress(name) { forms.append(resolver.forms.normalForm(name, isGuestKnown: true)) }
        if let entry = resolver.entry(of: name) {
            forms += entry.aliases.map { $0.lowercased() } + entry.aliases.map { IdentityResolver.key($0, resolver.forms) }
        }
        for form in forms {
            names.add(form)
            guard let at = form.lastIndex(of: "@"), IdentityResolver.isAddress(form) else { continue }
            let domain = String(form[form.index(after: at)...])
            for (alias, standard) in resolver.forms.domainAliases.sorted(by: { $0.key < $1.key }) where standard == domain {
                names.add(form[...at] + alias)
            }
        }
    }

    /// Several people's, by so many addresses or ids that one tenant knew it by.
    private func isShared(_ aliases: [LearnedAlias]) -> Bool {
        Dictionary(grouping: aliases, by: \.kind).values.contains { Set($0.map(\.target)).count > AliasTable.maximumSpans }
    }

    private func aliases(_ product: String, _ name: String) async throws -> [LearnedAlias] {
        try await CommandError.ofStore { try await reader.aliases(product: product, name: name, limit: Self.maximumNames) }
    }

    /// `product:name`; nil for a text without a colon.
    static func parts(_ name: String) -> (product: String, name: String)? {
        guard let colon = name.firstIndex(of: ":"), colon > name.startIndex else { return nil }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }
}

/// Different names in the order in which they came, up to a bound.
private struct NameList {
    let maximum: Int
    private(set) var all: [String] = []
    private var known: Set<String> = []
    private var taken = 0

    init(maximum: Int) { self.maximum = maximum }

    mutating func add(_ name: some StringProtocol) {
        let name = String(name)
        if all.count < maximum, known.insert(name).inserted { all.append(name) }
    }

    /// Those that came since the last call.
    mutating func takeNew() -> [String] {
        defer { taken = all.count }
        return Array(all[taken...])
    }
}
