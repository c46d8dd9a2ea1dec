import LocatedYAML
import Normaliser

/// `identities` and `identity`.
extension ConfigurationFile {
    /// The configured list. A name belongs to one entry, in whatever form it is written.
    static func identities(_ root: YAMLSection, forms: IdentityForms) -> [IdentityConfiguration] {
        var owners: [String: (name: String, isAlias: Bool)] = [:]
        let sections = root.sections("identities")
        let names = sections.map { $0.requiredString("name") }
        for (section, name) in zip(sections, names) {
            guard let name else { continue }
            let key = IdentityResolver.key(name, forms)
            if let owner = owners[key] {
                section.error("name", "\"\(name)\" is already the name of \(owner.name); list all aliases in one entry")
            } else {
                owners[key] = (name, false)
            }
        }
        return zip(sections, names).compactMap { section, name in
            let written = aliases(section)
            for (alias, place) in written {
                if !IdentityResolver.isAddress(alias), !isProductName(alias) {
                    section.log.error(
                        at: place,
                        "\"\(alias)\" is neither an e-mail address nor product:id or product:login, such as github:\(alias)")
                    continue
                }
                let key = IdentityResolver.key(alias, forms)
                if let owner = owners[key], owner.name != name {
                    let what = owner.isAlias ? "already an alias of \(owner.name)" : "the name of another entry"
                    section.log.error(at: place, "\"\(alias)\" is \(what); an alias has one identity")
                } else if let name, owners[key] == nil {
                    owners[key] = (name, true)
                }
            }
            let kind = section.choice("kind", of: IdentityConfiguration.Kind.self) ?? .person
            let learns = section.bool("learn") ?? (kind == .person)
            section.finish()
            return name.map {
                IdentityConfiguration(
                    name: $0, aliases: written.map(\.name), kind: kind, learns: learns, places: written.map(\.place))
            }
        }
    }

    private static func aliases(_ section: YAMLSection) -> [(name: String, place: SourceLocation)] {
        guard let node = section.node("aliases") else { return [] }
        return (node.sequence ?? [node]).compactMap { item in
            guard let text = item.scalar?.text, !text.isEmpty else {
                section.log.error(at: item.location, "each of \"aliases\" must be text, not \(item.kind)")
                return nil
            }
            return (text, item.location)
        }
    }

    /// A product's plain name, a colon, and a name that the product knows an account by.
    private static func isProductName(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        return isPlainName(String(text[..<colon])) && text.index(after: colon) < text.endIndex
    }

    static func identityRules(_ root: YAMLSection, sources: [SourceConfiguration]) -> IdentityRules {
        var rules = IdentityRules()
        guard let section = root.section("identity") else { return rules }
        rules.forms = IdentityForms(
            joinsPlusTags: section.bool("plus_tags") ?? true, domainAliases: domainAliases(section.section("domain_aliases")))
        if let learns = section.bool("learn") { rules.learns = learns }
        if let maximum = section.int("maximum_aliases", in: 1_000...20_000_000) { rules.maximumAliases = maximum }
        if section.has("learn_from") {
            let known = sources.map(\.name)
            let names = section.strings("learn_from")
            for name in names where !known.contains(name) {
                section.error("learn_from", "no source is called \"\(name)\"\(Suggestion.hint(for: name, among: known))")
            }
            rules.teachers = Set(names)
        }
        rules.neverJoined = section.strings("never_join")
        for name in rules.neverJoined where !IdentityResolver.isAddress(name) && !isProductName(name) {
            section.error(
                "never_join", "\"\(name)\" is neither an e-mail address nor product:id or product:login, such as github:\(name)")
        }
        section.finish()
        return rules
    }

    /// Domains and the one that each stands for, which stands for none itself.
    private static func domainAliases(_ section: YAMLSection?) -> [String: String] {
        guard let section else { return [:] }
        var aliases: [String: String] = [:]
        for entry in section.allEntries() {
            let alias = entry.key.lowercased()
            guard let domain = entry.value.scalar?.text.lowercased(), isDomain(domain), isDomain(alias) else {
                section.log.error(at: entry.keyLocation, "write a domain and the one it stands for, example.co.uk: example.com")
                continue
            }
            if aliases.updateValue(domain, forKey: alias) != nil {
                section.log.error(at: entry.keyLocation, "\"\(alias)\" stands for another domain already")
            }
        }
        for entry in section.allEntries() {
            guard let domain = aliases[entry.key.lowercased()], let next = aliases[domain] else { continue }
            section.log.error(
                at: entry.value.location, "\"\(domain)\" stands for \(next) itself; name the last domain here")
        }
        return aliases
    }

    private static func isDomain(_ text: String) -> Bool { IdentityResolver.isAddress("a@" + text) }
}
