package import LocatedYAML

/// Reads a product's file in `rules/pollers`. docs/polling.md has the format.
package struct PollerFile {
    /// A description is two screens long; more streams than this are a mistake.
    private static let maximumStreams = 64

    let log: DiagnosticLog

    /// The description in a file; nil with the reasons when there are errors.
    package static func read(_ file: YAMLFile) -> (PollerDescription?, [Diagnostic]) {
        let log = DiagnosticLog(file.diagnostics)
        guard let root = file.documents.first else {
            if !log.hasErrors { log.error(at: SourceLocation(file: file.path, line: 1, column: 1), "the file is empty") }
            return (nil, log.sorted)
        }
        let description = PollerFile(log: log).description(YAMLSection(root, log: log))
        return (log.hasErrors ? nil : description, log.sorted)
    }

    private func description(_ root: YAMLSection) -> PollerDescription? {
        defer { root.finish() }
        let name = root.requiredString("poller")
        let title = root.string("title")
        let product = root.string("product")
        let base = requiredTemplate(root, "base_url")
        let settings = self.settings(root)
        let authentication = root.sections("authentication").compactMap { self.authentication($0) }
        if authentication.isEmpty && !log.hasErrors { root.missing("authentication") }
        let interval = root.requiredDuration("interval")
        let start = root.requiredDuration("start")
        let rate = root.requiredString("rate")
        let requestRate = rate.flatMap { RequestRate($0, duration: DurationText.microseconds) }
        if rate != nil && requestRate == nil { root.error("rate", "\"rate\" must be requests and a time, such as 50/1m") }
        let throttleWords = root.strings("throttled_by")
        let sections = root.sections("streams")
        if sections.isEmpty { root.missing("streams") }
        if sections.count > Self.maximumStreams { root.error("streams", "at most \(Self.maximumStreams) streams") }
        var names: Set<String> = []
        let streams = sections.compactMap { section -> StreamDescription? in
            let stream = self.stream(section)
            if let stream, !names.insert(stream.name).inserted {
                section.error("name", "there is another stream of the name \"\(stream.name)\"")
            }
            return stream
        }
        guard let name, let base, let interval, let start, let requestRate, !log.hasErrors else { return nil }
        let description = PollerDescription(
            name: name, title: title ?? name, product: product, baseURL: base, settings: settings,
            authentication: authentication, interval: interval, start: start, rate: requestRate, throttleWords: throttleWords,
            streams: streams)
        PlaceholderCheck(description: description, log: log).check(root)
        return description
    }

    private func settings(_ root: YAMLSection) -> [PollerDescription.Setting] {
        guard let section = root.section("settings") else { return [] }
        return section.keys.compactMap { name in
            guard let entry = section.section(name) else { return nil }
            defer { entry.finish() }
            guard let help = entry.requiredString("help") else { return nil }
            return PollerDescription.Setting(name: name, help: help, standard: entry.string("default"))
        }
    }

    // MARK: - Pieces that several parts have

    func template(_ section: YAMLSection, _ key: String) -> Template? {
        section.string(key).flatMap { template($0, at: section.location(of: key)) }
    }

    func requiredTemplate(_ section: YAMLSection, _ key: String) -> Template? {
        section.requiredString(key).flatMap { template($0, at: section.location(of: key)) }
    }

    func template(_ text: String, at location: SourceLocation) -> Template? {
        do throws(TemplateError) {
            return try Template(text)
        } catch {
            log.error(at: location, error.description)
            return nil
        }
    }

    /// A mapping of names to templates, in the order written.
    func templates(_ section: YAMLSection, _ key: String) -> [NamedTemplate] {
        guard let mapping = section.section(key) else { return [] }
        return mapping.allEntries().compactMap { entry in
            guard let scalar = entry.value.scalar else {
                log.error(at: entry.value.location, "\"\(entry.key)\" must be text, not \(entry.value.kind)")
                return nil
            }
            return template(scalar.text, at: entry.value.location).map { NamedTemplate(name: entry.key, value: $0) }
        }
    }

    /// `a.b`, or `[a, "b.c"]` where a key has dots.
    func path(_ node: YAMLNode, for key: String) -> JSONPath? {
        if let items = node.sequence {
            let keys = items.compactMap(\.scalar?.text)
            if keys.count == items.count && !keys.isEmpty { return JSONPath(keys: keys) }
        } else if let text = node.scalar?.text, !text.isEmpty {
            return JSONPath(text)
        }
        log.error(at: node.location, "\"\(key)\" must be a path such as a.b, or a list of keys, not \(node.kind)")
        return nil
    }

    func path(_ section: YAMLSection, _ key: String) -> JSONPath? {
        section.node(key).flatMap { path($0, for: key) }
    }

    func requiredPath(_ section: YAMLSection, _ key: String) -> JSONPath? {
        guard section.has(key) else {
            section.missing(key)
            return nil
        }
        return path(section, key)
    }

    /// A path, or a list of paths.
    func paths(_ section: YAMLSection, _ key: String) -> [JSONPath] {
        guard let node = section.node(key) else { return [] }
        return (node.sequence ?? [node]).compactMap { path($0, for: key) }
    }
}
