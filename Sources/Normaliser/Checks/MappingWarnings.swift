import EventModel
import LocatedYAML

/// Warns of what one mapping file says in vain. Only of what is certain, whatever records come.
struct MappingWarnings {
    let file: MappingFile
    let log: DiagnosticLog

    func check() {
        checkTypes()
        checkID()
        for list in [file.time, file.eventType] { checkSources(list) }
        for lookup in [file.status, file.severity].compactMap({ $0 }) { checkWords(lookup) }
        for rule in file.fields + file.classes.flatMap(\.fields) + file.events.flatMap(\.fields) {
            switch rule.source {
            case .values(let values): checkSources(values)
            case .lookup(let lookup): checkWords(lookup)
            case .each(_, let members): for member in members { checkSources(member.sources) }
            }
        }
        checkCommonFields()
        checkExplode()
        checkDrops()
    }

    // MARK: Event types

    private func checkTypes() {
        let types = file.events.flatMap(\.types)
        let patterns = types.filter { $0.value.contains("*") }
        for (index, type) in types.enumerated() {
            if type.value.contains("*") {
                // A star of the one is matched only by a star of the other, which then takes whatever it stands for.
                let hiding = patterns.first {
                    $0.location != type.location && Self.isBefore($0, type, types, index) && matches($0.value, type.value)
                }
                if let hiding { warnHidden(type, by: hiding) }
            } else if hasScopeAlways, !type.value.contains("/") {
                // The type is looked up with its scope first, and the star of such a pattern takes any scope.
                let hiding = patterns.first {
                    $0.value.hasPrefix("*") && $0.value.contains("/") && matches($0.value, "/" + type.value)
                }
                if let hiding {
                    log.warning(
                        at: type.location,
                        "\"\(hiding.value)\" in line \(hiding.location.line) takes this type, since all records have a scope: "
                            + "write it with its scope, scope/\(type.value)")
                }
            }
        }
    }

    /// Whether no record comes here without a scope.
    private var hasScopeAlways: Bool {
        guard file.eventScope.count == 1, case .path(let path) = file.eventScope[0].content, path.selector == nil,
            !file.detect.isEmpty
        else { return false }
        let scope = FieldCatalog.fold(path.path)
        return file.detect.allSatisfy { $0.conditions.contains { FieldCatalog.fold($0.path) == scope } }
    }

    /// Whether a pattern is tried before another: the one with more letters, then the one above.
    private static func isBefore(
        _ other: MappingFile.Located<String>, _ type: MappingFile.Located<String>, _ types: [MappingFile.Located<String>],
        _ index: Int
    ) -> Bool {
        let (a, b) = (other.value.utf8.count { $0 != 0x2a }, type.value.utf8.count { $0 != 0x2a })
        return a != b ? a > b : types[..<index].contains { $0.location == other.location }
    }

    private func matches(_ pattern: String, _ text: String) -> Bool {
        var text = text
        return text.withUTF8 { EventTypes([(pattern, 0)]).plan(for: UnsafeRawBufferPointer($0)) != nil }
    }

    private func warnHidden(_ type: MappingFile.Located<String>, by other: MappingFile.Located<String>) {
        log.warning(at: type.location, "\"\(other.value)\" in line \(other.location.line) takes all types that this stands for")
    }

    // MARK: Sources

    private func checkID() {
        for part in file.id { checkSources(part) }
        checkRepeated(file.id.flatMap { $0 })
    }

    private func checkRepeated(_ sources: [ValueExpression]) {
        var seen: Set<String> = []
        for source in sources where !seen.insert(source.text).inserted {
            log.warning(at: source.location, "\"\(source.text)\" stands here twice")
        }
    }

    private func checkSources(_ sources: [ValueExpression]) {
        checkRepeated(sources)
        let constant = sources.firstIndex { if case .constant = $0.content { true } else { false } }
        guard let constant, constant + 1 < sources.count else { return }
        log.warning(
            at: sources[constant + 1].location,
            "never looked at: \"\(sources[constant].text)\" before it is always there; put the constant last")
    }

    private func checkWords(_ lookup: MappingFile.Lookup) {
        checkSources(lookup.from)
        var seen: [String: MappingFile.Located<String>] = [:]
        for (word, result) in lookup.words {
            guard let first = seen[word] else {
                seen[word] = result
                continue
            }
            log.warning(
                at: result.location,
                "\"\(word)\" already is \(first.value), in line \(first.location.line), which counts")
        }
    }

    // MARK: Fields

    /// A field of all classes that each class sets anew.
    private func checkCommonFields() {
        let schema = OCSFSchema()
        let version = file.version.value
        func name(_ text: String) -> String {
            String(OCSFVersions.name(of: text, from: version).prefix { $0 != "/" })
        }
        let used = Set((file.events.map(\.target.value) + [file.otherwise.value]).map(name)).sorted()
        let own = file.classes.map { (name: name($0.name.value), paths: Set($0.fields.map(\.path.value))) }
        for rule in file.fields {
            let plain = rule.path.value.split(separator: ".").map { ElementLabel.without(String($0)) }.joined(separator: ".")
            let having = used.compactMap(EventClass.named).filter { schema.resolve(plain, in: $0).steps != nil }.map(\.name)
            let isReset = having.allSatisfy { name in own.contains { $0.name == name && $0.paths.contains(rule.path.value) } }
            if isReset, !having.isEmpty {
                log.warning(
                    at: rule.path.location,
                    "never used: every class that has \"\(rule.path.value)\" sets it in \"classes\"")
            }
        }
    }

    private func checkExplode() {
        guard let list = file.explode else { return }
        let prefix = FieldCatalog.fold(list.value) + "."
        if file.mappedPaths.contains(where: { FieldCatalog.fold($0).hasPrefix(prefix) }) { return }
        log.warning(at: list.location, "nothing below \"\(list.value)\" is mapped: each event would be the same as the others")
    }

    private func checkDrops() {
        for path in file.drop {
            let others = file.drop.filter { $0.location != path.location }.map(\.value)
            let isCovered = ProductFields(dropped: others).drops(FieldCatalog.fold(path.value))
            if isCovered { log.warning(at: path.location, "\"\(path.value)\" is dropped with all else below an object already") }
        }
    }
}
