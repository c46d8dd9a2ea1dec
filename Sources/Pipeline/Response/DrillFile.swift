public import Alerting
import EventModel
public import LocatedYAML
import Sigma

/// Reads the scenarios of `rules/drills`.
public enum DrillFile {
    /// More in one folder are a mistake.
    public static let maximumScenarios = 1_000

    /// Every scenario of a folder that is sound, and all that is wrong with the others.
    public static func read(folder: String) -> ([DrillScenario], [Diagnostic]) {
        let log = DiagnosticLog()
        let paths = ResponseFiles.find(in: folder, endings: [".yml", ".yaml"], maximum: maximumScenarios, log: log)
        let scenarios = paths.compactMap { path in
            let (scenario, problems) = read(YAMLFile(path: path))
            log.add(problems)
            return scenario
        }
        return (scenarios, log.sorted)
    }

    /// Nil with the reasons when there are errors.
    public static func read(_ file: YAMLFile) -> (DrillScenario?, [Diagnostic]) {
        let log = DiagnosticLog(file.diagnostics)
        guard let root = file.documents.first else {
            if file.isSound { log.error(at: SourceLocation(file: file.path, line: 1, column: 1), "the file has no scenario") }
            return (nil, log.sorted)
        }
        let scenario = read(YAMLSection(root, log: log), name: ResponseFiles.name(of: file.path))
        return (log.hasErrors ? nil : scenario, log.sorted)
    }

    private static func read(_ section: YAMLSection, name: String) -> DrillScenario? {
        if !PlaybookName.isValid(name) {
            section.log.error(at: section.location, "the file's name must be at most 64 small letters, digits and hyphens")
        }
        let title = section.requiredString("title")
        let description = section.string("description") ?? ""
        let rules = section.strings("rules")
        if rules.isEmpty { section.missing("rules") }
        let budget = section.requiredDuration("budget")
        let sections = section.sections("steps")
        if sections.isEmpty { section.missing("steps") }
        if sections.count > DrillScenario.maximumSteps {
            section.error("steps", "a scenario has at most \(DrillScenario.maximumSteps) steps")
        }
        let steps = sections.prefix(DrillScenario.maximumSteps).compactMap { step($0) }
        if steps.reduce(0, { $0 + $1.count }) > DrillScenario.maximumRecords {
            section.error("steps", "a scenario sends at most \(DrillScenario.maximumRecords) records")
        }
        section.finish()
        guard let title, let budget else { return nil }
        return DrillScenario(name: name, title: title, description: description, rules: rules, budget: budget, steps: steps)
    }

    private static func step(_ section: YAMLSection) -> DrillScenario.Step? {
        let at = offset(section)
        let product = section.requiredString("product")
        let count = section.int("repeat", in: 1...DrillScenario.maximumRecords) ?? 1
        let every = section.duration("every") ?? 0
        if count > 1, !section.has("every") { section.missing("every") }
        let record = template(section)
        section.finish()
        guard let at, let product, let record else { return nil }
        let (span, overflow) = every.multipliedReportingOverflow(by: Int64(count - 1))
        let maximum = DrillScenario.maximumDuration
        if overflow || at > maximum || span > maximum - at {
            section.error("at", "a scenario ends within \(DurationText.text(maximum)) of its start")
        }
        return DrillScenario.Step(at: at, product: product, count: count, every: every, record: record)
    }

    /// `+10s`, after the start.
    private static func offset(_ section: YAMLSection) -> Int64? {
        guard let text = section.requiredString("at") else { return nil }
        if text.hasPrefix("+"), let offset = DurationText.microseconds(String(text.dropFirst())), offset >= 0 { return offset }
        section.error("at", "\"\(text)\" is not a time after the start, as in +0s or +10s")
        return nil
    }

    private static func template(_ section: YAMLSection) -> DrillTemplate? {
        guard let node = section.node("record") else {
            section.missing("record")
            return nil
        }
        guard node.mapping != nil else {
            section.error("record", "\"record\" must be the record as a mapping, not \(node.kind)")
            return nil
        }
        do throws(DrillTemplateError) {
            let template = try DrillTemplate(json: String(decoding: node.json, as: UTF8.self))
            if !template.isMarked {
                section.error(
                    "record", "the record has neither {{ actor }} nor {{ marker }}: nobody could tell it from a real one")
            }
            return template
        } catch {
            section.error("record", error.description)
            return nil
        }
    }
}
