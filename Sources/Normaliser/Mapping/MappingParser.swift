import EventModel
import LocatedYAML

/// Reads the YAML of a mapping file. Everything wrong goes to the log; what can be read is read all the same.
struct MappingParser {
    let file: YAMLFile
    let log: DiagnosticLog

    /// Nil if the file lacks what a mapping cannot do without.
    func parse() -> MappingFile? {
        guard let root = file.documents.first, file.documents.count == 1 else {
            if file.isSound {
                log.error(at: SourceLocation(file: file.path, line: 1, column: 1), "a mapping file holds one YAML document")
            }
            return nil
        }
        let section = YAMLSection(root, log: log)
        let product = section.requiredSection("product")
        let name = product.flatMap { located($0, "name", isRequired: true) }
        let vendor = product?.requiredString("vendor")
        let title = product?.requiredString("title")
        let aliases = product.map { locatedList($0, "aliases") } ?? []
        product?.finish()
        let version = version(section)
        let sources = logSources(section)
        let detect = conditions(section)
        let envelopes = section.strings("envelopes")
        let explode = located(section, "explode", isRequired: false)
        let text = section.section("text").map { TextSectionParser(file: file, log: log).parse($0) }
        let time = expressions(section, "time", isRequired: true)
        let timeZone = located(section, "time_zone", isRequired: false)
        let id = parts(section, "id")
        let eventType = expressions(section, "event_type", isRequired: true)
        let scope = expressions(section, "event_scope", isRequired: false)
        let status = section.node("status").flatMap { lookup($0) }
        let severity = section.node("severity").flatMap { lookup($0) }
        let fields = fieldRules(section, "fields")
        let classes = classRules(section)
        let events = section.sections("events").compactMap { eventRule($0) }
        let otherwise = located(section, "default", isRequired: true)
        let fieldAliases = FieldNameParser.aliases(section)
        let vendorFields = FieldNameParser.fields(section, "vendor_fields")
        let drop = FieldNameParser.fields(section, "drop") ?? []
        let tests = MappingTestParser(log: log).tests(section)
        let identity = section.section("identity")
        let accounts = identity?.sections("accounts").compactMap { accountRule($0) } ?? []
        let namesGuests = identity?.bool("guest_names") ?? false
        identity?.finish()
        section.finish()
        guard let name, let vendor, let title, let version, let otherwise else { return nil }
        return MappingFile(
            path: file.path, name: name, aliases: aliases, vendor: vendor, title: title, logSources: sources,
            version: version, detect: detect, envelopes: envelopes, explode: explode, text: text, time: time,
            timeZone: timeZone, id: id, eventType: eventType, eventScope: scope, status: status, severity: severity,
            fields: fields, classes: classes, events: events, otherwise: otherwise,
            fieldAliases: fieldAliases, accounts: accounts, namesGuests: namesGuests, vendorFields: vendorFields,
            drop: drop, tests: tests)
    }

    /// A version of OCSF that is known: what has another name since is translated.
    private func version(_ section: YAMLSection) -> MappingFile.Located<String>? {
        guard let version = located(section, "ocsf", isRequired: true) else { return nil }
        if !OCSFVersions.known.contains(version.value) {
            let known = OCSFVersions.known.joined(separator: ", ")
            log.error(at: version.location, "unknown version \"\(version.value)\" of OCSF; known are \(known)")
        }
        return version
    }

    private func logSources(_ section: YAMLSection) -> [LogSource] {
        section.sections("log_sources").map { entry in
            let source = LogSource(
                category: entry.string("category"), product: entry.string("product"), service: entry.string("service"))
            entry.finish()
            return source
        }
    }

    /// A list of alternatives, each a list of `path`, `path=text` or `path=text*`.
    private func conditions(_ section: YAMLSection) -> [MappingFile.Alternative] {
        guard let alternatives = section.list("detect") else {
            if section.node("detect") == nil { section.missing("detect") }
            return []
        }
        return alternatives.compactMap { alternative -> MappingFile.Alternative? in
            let texts = (alternative.sequence ?? [alternative]).compactMap { node -> MappingFile.Condition? in
                guard let text = node.scalar?.text, !text.isEmpty else {
                    log.error(at: node.location, "a condition is a path, or path=text, not \(node.kind)")
                    return nil
                }
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return MappingFile.Condition(path: String(parts[0]), text: parts.count > 1 ? String(parts[1]) : nil)
            }
            if texts.isEmpty { return nil }
            let written = texts.map { condition in condition.text.map { condition.path + "=" + $0 } ?? condition.path }
            let place = MappingPlace(written.joined(separator: ", "), at: alternative.location)
            return MappingFile.Alternative(conditions: texts, place: place)
        }
    }

    private func expressions(_ section: YAMLSection, _ key: String, isRequired: Bool) -> [ValueExpression] {
        guard let node = section.node(key) else {
            if isRequired { section.missing(key) }
            return []
        }
        return alternatives(node)
    }

    /// A source, or a list of them.
    private func alternatives(_ node: YAMLNode) -> [ValueExpression] {
        (node.sequence ?? [node]).compactMap { ValueExpression.parse($0, log: log) }
    }

    /// The parts of one value, of which each may be a list of alternatives.
    private func parts(_ section: YAMLSection, _ key: String) -> [[ValueExpression]] {
        guard let node = section.node(key) else { return [] }
        return (node.sequence ?? [node]).map(alternatives).filter { !$0.isEmpty }
    }

    private func classRules(_ section: YAMLSection) -> [(name: MappingFile.Located<String>, fields: [MappingFile.FieldRule])] {
        guard let classes = section.section("classes") else { return [] }
        return classes.allEntries().map { entry in
            (MappingFile.Located(value: entry.key, location: entry.keyLocation), fieldRules(entry.value))
        }
    }

    private func eventRule(_ section: YAMLSection) -> MappingFile.EventRule? {
        let target = located(section, "class", isRequired: true)
        let types = locatedList(section, "types")
        if types.isEmpty { section.missing("types") }
        let rule = target.map { target in
            MappingFile.EventRule(
                target: target, types: types, status: located(section, "status", isRequired: false),
                severity: located(section, "severity", isRequired: false), fields: fieldRules(section, "fields"))
        }
        section.finish()
        return rule
    }

    /// `of`, and two at least of `id`, `login` and `email`.
    private func accountRule(_ section: YAMLSection) -> MappingFile.AccountRule? {
        let role = section.string("of") ?? CompiledMapping.Account.Role.other.rawValue
        let rule = MappingFile.AccountRule(
            role: CompiledMapping.Account.Role(rawValue: role) ?? .other, id: paths(section, "id"),
            login: paths(section, "login"), email: paths(section, "email"),
            unless: paths(section, "unless"), location: section.location)
        if CompiledMapping.Account.Role(rawValue: role) == nil {
            section.error("of", "an account is of the actor or of the user, or of another: leave \"of\" out")
        }
        section.finish()
        if [rule.id, rule.login, rule.email].count(where: { !$0.isEmpty }) < 2 {
            log.error(
                at: rule.location, "an account has two at least of \"id\", \"login\" and \"email\": names that belong together")
            return nil
        }
        return rule
    }

    private func paths(_ section: YAMLSection, _ key: String) -> [ValueExpression] {
        let found = expressions(section, key, isRequired: false)
        for expression in found {
            if case .path = expression.content { continue }
            log.error(at: expression.location, "the names of an account are paths of the record")
        }
        return found
    }

    private func fieldRules(_ section: YAMLSection, _ key: String) -> [MappingFile.FieldRule] {
        section.node(key).map { fieldRules($0) } ?? []
    }

    private func fieldRules(_ node: YAMLNode) -> [MappingFile.FieldRule] {
        guard let entries = node.mapping else {
            if !node.isNull { log.error(at: node.location, "expected ocsf.path: vendor.path pairs, not \(node.kind)") }
            return []
        }
        return entries.compactMap { entry in
            let path = MappingFile.Located(value: entry.key, location: entry.keyLocation)
            return fieldSource(entry.value).map { MappingFile.FieldRule(path: path, source: $0) }
        }
    }

    private func fieldSource(_ node: YAMLNode) -> MappingFile.FieldSource? {
        if node.mapping == nil {
            let values = (node.sequence ?? [node]).compactMap { ValueExpression.parse($0, log: log) }
            return values.isEmpty ? nil : .values(values)
        }
        guard node["each"] != nil else { return lookup(node).map { .lookup($0) } }
        let section = YAMLSection(node, log: log)
        guard let list = section.requiredString("each") else { return nil }
        let members = section.allEntries().filter { $0.key != "each" }.map { entry in
            let nodes = entry.value.sequence ?? [entry.value]
            return (entry.key, entry.keyLocation, nodes.compactMap { ValueExpression.parse($0, log: log) })
        }
        return .each(list: list, members: members)
    }

    /// `from`, `values` (result: word or list of words), `default`.
    private func lookup(_ node: YAMLNode) -> MappingFile.Lookup? {
        let section = YAMLSection(node, log: log)
        let from = expressions(section, "from", isRequired: false)
        var words: [(word: String, result: MappingFile.Located<String>)] = []
        for entry in section.section("values")?.allEntries() ?? [] {
            let result = MappingFile.Located(value: entry.key, location: entry.keyLocation)
            for item in entry.value.sequence ?? [entry.value] {
                guard let word = item.scalar?.text else {
                    log.error(at: item.location, "expected the vendor's word or a list of them, not \(item.kind)")
                    continue
                }
                words.append((word, result))
            }
        }
        let otherwise = located(section, "default", isRequired: false)
        section.finish()
        if from.isEmpty && otherwise == nil {
            log.error(at: node.location, "a translation needs \"from\" and \"values\", or a \"default\"")
            return nil
        }
        return MappingFile.Lookup(from: from, words: words, otherwise: otherwise)
    }

    private func located(_ section: YAMLSection, _ key: String, isRequired: Bool) -> MappingFile.Located<String>? {
        let text = isRequired ? section.requiredString(key) : section.string(key)
        let place = section.node(key)?.location ?? section.location
        return text.map { MappingFile.Located(value: $0, location: place) }
    }

    private func locatedList(_ section: YAMLSection, _ key: String) -> [MappingFile.Located<String>] {
        guard let node = section.node(key) else { return [] }
        return (node.sequence ?? [node]).compactMap { item in
            guard let text = item.scalar?.text, !text.isEmpty else {
                log.error(at: item.location, "each of \"\(key)\" must be text, not \(item.kind)")
                return nil
            }
            return MappingFile.Located(value: text, location: item.location)
        }
    }
}
