import Enrichment
import EventModel
import LocatedYAML

/// `enrichment:`, as docs/enrichment.md describes it.
extension ConfigurationFile {
    /// Bounds on what people write by hand; the files have their own.
    private static let maximumSources = 64

    static func readEnrichment(_ root: YAMLSection, into configuration: inout Configuration, in folder: String) {
        guard let section = root.section("enrichment") else { return }
        defer { section.finish() }
        var enrichment = EnrichmentConfiguration()
        if let geoip = section.section("geoip") {
            enrichment.databases = files(geoip, "databases", in: folder)
            if enrichment.databases.isEmpty, geoip.has("databases") == false { geoip.missing("databases") }
            geoip.finish()
        }
        var taken: [String: SourceLocation] = [:]
        enrichment.lookups = section.sections("lookups").compactMap { lookup($0, &taken, in: folder) }
        enrichment.indicators = section.sections("indicators").compactMap { indicators($0, &taken, in: folder) }
        if let classification = section.section("classification") {
            enrichment.labels = classification.sections("labels").compactMap { labels($0, &taken) }
            enrichment.patterns = classification.sections("patterns").compactMap { pattern($0, &taken) }
            classification.finish()
        }
        if let interval = section.duration("check_interval") {
            if interval != 0, interval < 1_000_000 {
                section.error("check_interval", "\"check_interval\" must be at least 1s, or 0s for never")
            }
            enrichment.checkInterval = interval
        }
        for (key, count) in [
            ("geoip", enrichment.databases.count), ("lookups", enrichment.lookups.count),
            ("indicators", enrichment.indicators.count),
            ("classification", max(enrichment.labels.count, enrichment.patterns.count)),
        ] where count > maximumSources {
            section.error(key, "\"\(key)\" has \(count) entries; at most \(maximumSources) are possible")
        }
        configuration.enrichment = enrichment
    }

    private static func files(_ section: YAMLSection, _ key: String, in folder: String) -> [EnrichmentConfiguration.File] {
        let items = section.node(key).map { $0.sequence ?? [$0] } ?? []
        return items.compactMap { item in
            guard let text = item.scalar?.text, !item.isNull else {
                section.log.error(at: item.location, "each item of \"\(key)\" must be the path of a file, not \(item.kind)")
                return nil
            }
            return .init(path: resolve(text, in: folder), location: item.location)
        }
    }

    private static func file(_ section: YAMLSection, in folder: String) -> EnrichmentConfiguration.File? {
        section.requiredString("file").map { path in
            .init(path: resolve(path, in: folder), location: section.node("file")?.location ?? section.location)
        }
    }

    /// The format that a key names, or that the end of the file's name tells.
    private static func format<Format>(
        _ section: YAMLSection, _ file: EnrichmentConfiguration.File?, _ ends: [String: Format], otherwise: Format?
    ) -> Format? where Format: CaseIterable & RawRepresentable, Format.RawValue == String {
        if section.has("format") { return section.choice("format") }
        guard let name = file?.path.lowercased() else { return otherwise }
        if let known = ends.first(where: { name.hasSuffix($0.key) }) { return known.value }
        if otherwise == nil {
            let words = Format.allCases.map(\.rawValue).joined(separator: ", ")
            section.log.error(at: section.location, "the file's name does not tell its format: say \"format\", one of \(words)")
        }
        return otherwise
    }

    private static func delimiter(_ section: YAMLSection) -> UInt8 {
        guard let text = section.string("delimiter") else { return UInt8(ascii: ",") }
        if text == "tab" { return 0x09 }
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\n\r".utf8.contains(byte) else {
            section.error("delimiter", "\"delimiter\" must be one character, such as \";\", or the word tab")
            return UInt8(ascii: ",")
        }
        return byte
    }

    /// One path, or a list of them, each with its place.
    private static func fieldNames(_ section: YAMLSection, _ key: String) -> [FieldName] {
        guard let node = section.node(key) else {
            section.missing(key)
            return []
        }
        let items = node.sequence ?? [node]
        if items.isEmpty { section.error(key, "\"\(key)\" names no field") }
        return items.compactMap { item in
            guard let text = item.scalar?.text, !item.isNull, !text.isEmpty else {
                section.log.error(at: item.location, "each item of \"\(key)\" must be the path of a field, not \(item.kind)")
                return nil
            }
            return FieldName(path: text, location: item.location)
        }
    }

    private static func fieldName(_ section: YAMLSection, _ key: String) -> FieldName? {
        section.string(key).map { FieldName(path: $0, location: section.node(key)?.location ?? section.location) }
    }

    // MARK: Lookups

    private static func lookup(
        _ section: YAMLSection, _ taken: inout [String: SourceLocation], in folder: String
    ) -> LookupConfiguration? {
        defer { section.finish() }
        let name = uniqueName(section, &taken)
        let file = file(section, in: folder)
        let format: LookupConfiguration.Format? = format(
            section, file, [".csv": .csv, ".tsv": .csv, ".json": .json, ".jsonl": .json, ".ndjson": .json], otherwise: nil)
        let key = section.requiredString("key")
        let match = fieldNames(section, "match")
        let delimiter = delimiter(section)
        let add = columns(section)
        guard let name, let file, let format, let key, !match.isEmpty else { return nil }
        var lookup = LookupConfiguration(name: name, file: file, format: format, key: key, match: match)
        lookup.delimiter = !section.has("delimiter") && file.path.lowercased().hasSuffix(".tsv") ? 0x09 : delimiter
        lookup.add = add
        return lookup
    }

    /// A list of columns, of which each may be a mapping of columns to names, or one such mapping.
    private static func columns(_ section: YAMLSection) -> [LookupConfiguration.Column] {
        guard let node = section.node("add") else { return [] }
        var columns: [LookupConfiguration.Column] = []
        for item in node.sequence ?? [node] {
            if let pairs = item.mapping {
                for pair in pairs {
                    add(pair.key, pair.value.scalar?.text ?? "", at: pair.value.location, section, &columns)
                }
            } else if let column = item.scalar?.text, !item.isNull {
                add(column, EnrichedName.plain(column), at: item.location, section, &columns)
            } else {
                section.log.error(at: item.location, "each item of \"add\" must be a column, or {column: name}, not \(item.kind)")
            }
        }
        return columns
    }

    private static func add(
        _ column: String, _ name: String, at location: SourceLocation, _ section: YAMLSection,
        _ columns: inout [LookupConfiguration.Column]
    ) {
        if !EnrichedName.isValid(name) {
            section.log.error(
                at: location,
                "a name under which a column is added must be 1 to 64 small letters, digits or \"_\", not \"\(name)\"")
        } else if columns.contains(where: { $0.name == name }) {
            section.log.error(at: location, "\"\(name)\" is added twice; give one of the columns another name")
        } else {
            columns.append(.init(column: column, name: name))
        }
    }

    // MARK: Indicators

    private static func indicators(
        _ section: YAMLSection, _ taken: inout [String: SourceLocation], in folder: String
    ) -> IndicatorConfiguration? {
        defer { section.finish() }
        let name = uniqueName(section, &taken)
        let file = file(section, in: folder)
        let format: IndicatorConfiguration.Format? = format(
            section, file, [".csv": .csv, ".tsv": .csv, ".json": .stix, ".stix": .stix, ".jsonl": .stix], otherwise: .text)
        let delimiter = delimiter(section)
        let type: IndicatorType? = section.choice("type")
        let columns = ["column", "id_column", "labels_column", "confidence_column"].map { section.string($0) }
        let subdomains = section.bool("subdomains") ?? true
        let provider = section.string("provider")
        guard let name, let file, let format else { return nil }
        for key in ["column", "id_column", "labels_column", "confidence_column", "delimiter"]
        where section.has(key) && format != .csv {
            section.error(key, "\"\(key)\" is for lists in CSV; this one is \(format.rawValue)")
        }
        if columns[0] == nil, columns.contains(where: { $0 != nil }) {
            section.log.error(
                at: section.location, "columns are named by the first line: say in \"column\" which has the indicators")
        }
        if section.has("type"), format == .stix { section.error("type", "\"type\" is for text and CSV; STIX patterns say it") }
        var list = IndicatorConfiguration(name: name, file: file, format: format)
        list.delimiter = !section.has("delimiter") && file.path.lowercased().hasSuffix(".tsv") ? 0x09 : delimiter
        (list.column, list.idColumn, list.labelsColumn, list.confidenceColumn) = (columns[0], columns[1], columns[2], columns[3])
        list.type = type
        list.includesSubdomains = subdomains
        list.provider = provider
        return list
    }

    // MARK: Classification

    private static let maximumLabels = 4_096

    private static func checkPath(_ field: FieldName, _ log: DiagnosticLog) {
        if SelectedField.isValid(field.path) { return }
        log.error(
            at: field.location,
            "\"\(field.path)\" is no path of a field: write file.path, or parameters[name=label].value for elements of a list")
    }

    private static func labels(_ section: YAMLSection, _ taken: inout [String: SourceLocation]) -> LabelConfiguration? {
        defer { section.finish() }
        let name = uniqueName(section, &taken)
        let field = fieldName(section, "field")
        if let field { checkPath(field, section.log) } else { section.missing("field") }
        let product = fieldName(section, "product")
        guard let values = section.requiredSection("values") else { return nil }
        var levels: [String: Sensitivity] = [:]
        for label in values.keys {
            guard let level: Sensitivity = values.choice(label) else { continue }
            levels[label] = level
        }
        if values.keys.count > maximumLabels { section.error("values", "\"values\" has more than \(maximumLabels) labels") }
        guard let name, let field else { return nil }
        return LabelConfiguration(name: name, field: field, product: product, values: levels)
    }

    private static func pattern(_ section: YAMLSection, _ taken: inout [String: SourceLocation]) -> PatternConfiguration? {
        defer { section.finish() }
        let name = uniqueName(section, &taken)
        let fields = fieldNames(section, "fields")
        for field in fields { checkPath(field, section.log) }
        let product = fieldName(section, "product")
        let globs = section.strings("match")
        if globs.isEmpty { section.missing("match") }
        for glob in globs where glob.isEmpty || glob.utf8.count > EnrichedName.maximumPattern {
            section.error("match", "a pattern must have 1 to \(EnrichedName.maximumPattern) bytes")
        }
        let level: Sensitivity? = section.requiredChoice("level")
        guard let name, let level, !fields.isEmpty, !globs.isEmpty else { return nil }
        return PatternConfiguration(name: name, fields: fields, product: product, globs: globs, level: level)
    }
}
