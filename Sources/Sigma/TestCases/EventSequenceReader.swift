import EventModel
import LocatedYAML

/// Makes the records of a `sequence`: steps on a timeline, each of them one event or many.
///
/// A step has: `event` (a template's name, or a record), `repeat` (how many, 1), `every` (between them, 1s), `after` (since the
/// last event of the step before, 1s) or `at` (since the start), `set` (fields, the same in all) and `vary` (fields, from a list
/// in turn). `{n}` in a text is the event's number in its step, `{seq}` its number in the sequence, both from 1.
struct EventSequenceReader {
    private struct Step {
        var template: RecordTemplate
        var count: Int
        var every: Int64
        var varied: [(path: String, location: SourceLocation, values: [YAMLNode])]
        var location: SourceLocation
    }

    private static let second: Int64 = 1_000_000
    /// Ten years, as for a correlation's timespan: the times must stay within RFC 3339's years.
    private static let maximumSpan: Int64 = 315_569_520 * 1_000_000

    var templates: [String: YAMLNode]
    /// The fields that get each event's time.
    var time: [String]
    var start: Timestamp
    var log: DiagnosticLog

    func read(_ section: YAMLSection) -> [[UInt8]] {
        let steps = section.sections("sequence")
        if time.isEmpty {
            section.error(
                "sequence", "a sequence needs to know the field for the event's time: add \"time: published\" or the like")
            return []
        }
        var records: [[UInt8]] = []
        var last: Int64?
        for written in steps {
            let at = offset(written, "at")
            let after = offset(written, "after")
            if at != nil && after != nil { written.error("after", "a step has \"at\" or \"after\", not both") }
            guard let step = readStep(written) else { continue }
            var offset = at ?? last.map { $0 + (after ?? Self.second) } ?? after ?? 0
            guard records.count + step.count <= RuleTestReader.maximumRecords else {
                written.error("repeat", "a case has at most \(RuleTestReader.maximumRecords) records")
                return []
            }
            for n in 1...step.count {
                guard (0...Self.maximumSpan).contains(offset) else {
                    log.error(at: step.location, "the sequence is longer than ten years")
                    return []
                }
                if let record = record(step, n, sequence: records.count + 1, at: start + offset) { records.append(record) }
                last = offset
                offset += step.every
            }
        }
        return records
    }

    /// Clamped to a value that is still refused as too long, so that sums of two cannot overflow.
    private func offset(_ step: YAMLSection, _ key: String) -> Int64? {
        step.duration(key).map { min($0, Self.maximumSpan + 1) }
    }

    private func readStep(_ section: YAMLSection) -> Step? {
        defer { section.finish() }
        let count = section.int("repeat", in: 1...RuleTestReader.maximumRecords) ?? 1
        let every = min(section.duration("every") ?? Self.second, Self.maximumSpan)
        let changes = section.section("set")?.allEntries() ?? []
        let varied = section.section("vary")?.allEntries() ?? []
        guard let node = section.node("event") else {
            section.missing("event")
            return nil
        }
        guard var template = template(node) else { return nil }
        for change in changes where !template.set(change.key, to: change.value) {
            log.error(at: change.keyLocation, "the record has no place for \"\(change.key)\"")
            return nil
        }
        let lists = varied.map { ($0.key, $0.keyLocation, $0.value.sequence ?? [$0.value]) }
        for (path, location, values) in lists where values.isEmpty {
            log.error(at: location, "\"\(path)\" needs at least one value to vary over")
            return nil
        }
        return Step(template: template, count: count, every: every, varied: lists, location: section.location)
    }

    private func template(_ node: YAMLNode) -> RecordTemplate? {
        if node.mapping != nil { return RecordTemplate(node) }
        guard let name = node.scalar?.text, let template = templates[name], template.mapping != nil else {
            let hint = Suggestion.hint(for: node.scalar?.text ?? "", among: templates.keys.sorted())
            log.error(at: node.location, "\"event\" must be a record or the name of one under \"templates\"\(hint)")
            return nil
        }
        return RecordTemplate(template)
    }

    private func record(_ step: Step, _ n: Int, sequence: Int, at instant: Timestamp) -> [UInt8]? {
        var record = step.template
        for (path, location, values) in step.varied where !record.set(path, to: values[(n - 1) % values.count]) {
            if n == 1 { log.error(at: location, "the record has no place for \"\(path)\"") }
            return nil
        }
        for path in time {
            let value = YAMLNode(.scalar(record.written(instant, at: path)), at: step.location)
            guard record.set(path, to: value) else {
                if n == 1 { log.error(at: step.location, "the record has no place for the time, \"\(path)\"") }
                return nil
            }
        }
        return record.filled(n: n, sequence: sequence).json
    }
}
