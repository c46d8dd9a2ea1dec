import EventModel
import LocatedYAML

/// Reads what a mapping file says of the names of fields: `aliases`, which rules use, and `vendor_fields`, which records can
/// carry, and `drop`.
enum FieldNameParser {
    /// Each test of a rule is made once for each of them.
    static let maximumPaths = 16
    static let maximumFields = 4_096

    /// `name: path`, `name: [path, path]`, or `name: {from: path, values: {our word: the vendor's words}}`.
    static func aliases(_ section: YAMLSection) -> [MappingFile.AliasRule] {
        guard let names = section.section("aliases") else { return [] }
        let log = section.log
        var seen: [String: SourceLocation] = [:]
        return names.allEntries().compactMap { entry in
            let name = MappingFile.Located(value: entry.key, location: entry.keyLocation)
            guard isName(name, log) else { return nil }
            if let first = seen[FieldCatalog.fold(name.value)] {
                log.error(at: name.location, "\"\(name.value)\" already is an alias, in line \(first.line): case does not matter")
                return nil
            }
            seen[FieldCatalog.fold(name.value)] = name.location
            return alias(name, entry.value, log)
        }
    }

    /// Paths; nil if the file does not have the list.
    static func fields(_ section: YAMLSection, _ key: String) -> [MappingFile.Located<String>]? {
        guard let items = section.list(key) else { return nil }
        if items.count > maximumFields { section.error(key, "more than \(maximumFields) fields") }
        var seen: [String: SourceLocation] = [:]
        return items.prefix(maximumFields).compactMap { item in
            guard let path = path(item, section.log) else { return nil }
            if let first = seen[FieldCatalog.fold(path.value)] {
                section.log.error(at: path.location, "\"\(path.value)\" already stands in line \(first.line)")
                return nil
            }
            seen[FieldCatalog.fold(path.value)] = path.location
            return path
        }
    }

    private static func alias(
        _ name: MappingFile.Located<String>, _ value: YAMLNode, _ log: DiagnosticLog
    ) -> MappingFile.AliasRule? {
        var words: [(word: MappingFile.Located<String>, vendor: String)] = []
        var source = value
        if value.mapping != nil {
            let section = YAMLSection(value, log: log)
            if section.node("from") == nil { section.missing("from") }
            for entry in section.section("values")?.allEntries() ?? [] {
                let word = MappingFile.Located(value: entry.key, location: entry.keyLocation)
                for item in entry.value.sequence ?? [entry.value] {
                    guard let text = item.scalar?.text, !item.isNull else {
                        log.error(at: item.location, "expected the vendor's word or a list of them, not \(item.kind)")
                        continue
                    }
                    words.append((word, text))
                }
            }
            let from = section.node("from")
            section.finish()
            guard let from else { return nil }
            source = from
        }
        let paths = (source.sequence ?? [source]).compactMap { path($0, log, isWholeAllowed: true) }
        if paths.isEmpty, source.sequence?.isEmpty == true { log.error(at: source.location, "an alias needs a path") }
        if paths.count > maximumPaths { log.error(at: source.location, "an alias stands for at most \(maximumPaths) paths") }
        check(name, paths, log)
        return MappingFile.AliasRule(name: name, paths: paths, words: words)
    }

    private static func check(
        _ name: MappingFile.Located<String>, _ paths: [MappingFile.Located<String>], _ log: DiagnosticLog
    ) {
        var seen: Set<String> = []
        let isOpen = name.value.hasSuffix(ProductFields.wildcard)
        for path in paths {
            let folded = FieldCatalog.fold(path.value)
            if folded == FieldCatalog.fold(name.value) {
                log.error(
                    at: path.location,
                    "\"\(name.value)\" is the field itself, which rules find without an alias; case does not matter")
            }
            if !seen.insert(folded).inserted { log.error(at: path.location, "\"\(path.value)\" stands twice") }
            if (path.value == "*" || path.value.hasSuffix(ProductFields.wildcard)) != isOpen {
                log.error(
                    at: path.location,
                    isOpen
                        ? "\"\(name.value)\" stands for all fields below it: end the path with \".*\""
                        : "\"\(path.value)\" is all fields below it: end the alias with \".*\" too, or name one field")
            }
        }
    }

    private static func path(
        _ node: YAMLNode, _ log: DiagnosticLog, isWholeAllowed: Bool = false
    ) -> MappingFile.Located<String>? {
        guard let text = node.scalar?.text, !node.isNull else {
            log.error(at: node.location, "expected a path of the vendor's record, not \(node.kind)")
            return nil
        }
        let path = MappingFile.Located(value: text, location: node.location)
        return isWholeAllowed && text == "*" || isName(path, log) ? path : nil
    }

    /// Names without empty parts; `*` only as the last one.
    private static func isName(_ name: MappingFile.Located<String>, _ log: DiagnosticLog) -> Bool {
        let parts = name.value.split(separator: ".", omittingEmptySubsequences: false)
        if name.value.isEmpty || parts.contains(where: \.isEmpty) {
            log.error(
                at: name.location,
                "\"\(name.value)\" is no name of a field: there is nothing before, between or after its points")
            return false
        }
        if parts.dropLast().contains(where: { $0.contains("*") }) || parts.last != "*" && parts.last?.contains("*") == true
            || parts == ["*"]
        {
            log.error(at: name.location, "\"\(name.value)\": a \"*\" stands for all below, and only as the last part, \"a.b.*\"")
            return false
        }
        return true
    }
}
