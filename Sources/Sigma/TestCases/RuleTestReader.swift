import EventModel
import LocatedYAML

/// Reads the cases of a test file.
struct RuleTestReader {
    /// What a case takes from the file where it says nothing itself.
    private struct Defaults {
        var rule: String?
        var product: String?
        var time: [String]
        var start: Timestamp
        var templates: [String: YAMLNode] = [:]
    }

    /// A Monday morning; any instant would do.
    private static let defaultStart = Timestamp(seconds: 1_767_603_600)
    /// All records of one case.
    static let maximumRecords = 200_000

    let path: String
    let log: DiagnosticLog

    func read(_ root: YAMLNode) -> [RuleTestCase] {
        let file = YAMLSection(root, log: log)
        var defaults = Defaults(
            rule: file.string("rule"), product: file.string("product"), time: file.strings("time"),
            start: readStart(file) ?? Self.defaultStart)
        if let templates = file.section("templates") {
            for entry in templates.allEntries() { defaults.templates[entry.key] = entry.value }
        }
        if file.node("cases") == nil { file.missing("cases") }
        let cases = file.sections("cases").compactMap { readCase($0, defaults) }
        file.finish()
        return cases
    }

    private func readStart(_ section: YAMLSection) -> Timestamp? {
        guard let text = section.string("start") else { return nil }
        if let start = RFC3339.parse(text) { return start }
        section.error("start", "\"\(text)\" is not a date and time (RFC 3339), as in 2026-01-05T09:00:00Z")
        return nil
    }

    private func readCase(_ section: YAMLSection, _ defaults: Defaults) -> RuleTestCase? {
        let before = log.diagnostics.count
        let name = section.requiredString("name")
        let expectation = readExpectation(section)
        let rule = section.string("rule") ?? defaults.rule
        let product = section.string("product") ?? defaults.product
        let time = section.has("time") ? section.strings("time") : defaults.time
        let start = readStart(section) ?? defaults.start

        var records: [[UInt8]] = []
        // In the order written, so that a sequence can follow a sample or precede it.
        for key in section.keys {
            switch key {
            case "events": records += readEvents(section)
            case "from": records += readSample(section)
            case "sequence":
                let reader = EventSequenceReader(templates: defaults.templates, time: time, start: start, log: log)
                records += reader.read(section)
            default: continue
            }
        }
        for key in ["events", "from", "sequence"] { _ = section.has(key) }
        section.finish()
        if records.isEmpty && log.diagnostics.count == before {
            log.error(at: section.location, "the case has no records; give it events, from, or sequence")
        }
        if records.count > Self.maximumRecords {
            log.error(at: section.location, "the case has more than \(Self.maximumRecords) records")
        }
        guard let name, let expectation, log.diagnostics.count == before else { return nil }
        return RuleTestCase(
            name: name, rule: rule, expectation: expectation, product: product, records: records, location: section.location)
    }

    private func readExpectation(_ section: YAMLSection) -> RuleTestCase.Expectation? {
        guard let node = section.node("expect") else {
            section.missing("expect")
            return nil
        }
        if node.mapping != nil {
            let count = YAMLSection(node, log: log)
            defer { count.finish() }
            return count.requiredInt("count", in: 0 ... .max).map { .count($0) }
        }
        switch node.scalar?.text {
        case "alert": return .alert
        case "nothing": return .nothing
        case let other:
            section.error("expect", "expect alert, nothing or {count: 2}, not \"\(other ?? node.kind)\"")
            return nil
        }
    }

    private func readEvents(_ section: YAMLSection) -> [[UInt8]] {
        (section.list("events") ?? []).map { node in
            // Text is a record that is no JSON.
            if let scalar = node.scalar, scalar.value == .text { return Array(scalar.text.utf8) }
            return node.json
        }
    }

    // MARK: Sample files

    private static let maximumSampleBytes = 64 << 20

    private func readSample(_ section: YAMLSection) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for name in section.strings("from") {
            var problem = "there is no such file beside the test file, nor in a folder above it"
            for candidate in Self.candidates(for: name, beside: path) {
                switch SampleFile.read(candidate, maximumBytes: Self.maximumSampleBytes) {
                case .records(let lines):
                    records += lines
                    problem = lines.isEmpty ? "the file is empty" : ""
                case .missing: continue
                case .unreadable(let reason): problem = reason
                }
                break
            }
            if !problem.isEmpty { section.error("from", "cannot read \"\(name)\": \(problem)") }
        }
        return records
    }

    /// The places where a file may lie: the test file's folder, and each one above.
    static func candidates(for name: String, beside path: String) -> [String] {
        guard !name.hasPrefix("/") else { return [name] }
        var folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var candidates: [String] = []
        while true {
            candidates.append((folder + [Substring(name)]).joined(separator: "/"))
            guard !folder.isEmpty else { break }
            folder = folder.dropLast()
        }
        // A relative path may be below the root of the files: look above the working folder, too.
        if !path.hasPrefix("/") { for depth in 1...8 { candidates.append(String(repeating: "../", count: depth) + name) } }
        return candidates
    }
}
