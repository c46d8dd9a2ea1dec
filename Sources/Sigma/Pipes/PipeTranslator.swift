import LocatedYAML
import Matching

/// Translates a rule whose condition has a `|`, as Sigma had them before correlations: what stands before it becomes a base rule
/// that raises nothing itself, what stands behind it a correlation with the rule's id, title and level.
struct PipeTranslator {
    struct Translation {
        var rules: [SigmaRule]
        var correlation: CorrelationDefinition
    }

    /// Without a timeframe such rules looked through all that was stored. A stream has no such end; most of the public rules that
    /// have one write 24 hours or less.
    private static let defaultTimespan: Int64 = 86_400_000_000

    var definition: RuleDefinition
    /// The condition with the pipe, and where the pipe stands in it, in Unicode scalars.
    private var condition: RuleDefinition.WrittenCondition
    private var pipe: Int
    private var compiler: RuleCompiler

    /// Nil for a rule without a pipe.
    init?(_ definition: RuleDefinition, compiler: RuleCompiler) {
        var found: (RuleDefinition.WrittenCondition, Int)?
        for written in definition.conditions where found == nil {
            found = written.text.unicodeScalars.enumerated().first { $0.element == "|" }.map { (written, $0.offset) }
        }
        guard let (condition, pipe) = found else { return nil }
        self.definition = definition
        self.condition = condition
        self.pipe = pipe
        self.compiler = compiler
    }

    private var log: DiagnosticLog { compiler.log }
    private var place: SourceLocation { definition.file.location(ofCharacter: pipe, in: condition.node) }

    /// Nil if anything in the rule is wrong, or it cannot be said by a correlation; that is logged.
    func translate() -> Translation? {
        guard definition.conditions.count == 1 else {
            log.error(at: place, "a condition with \"|\" cannot stand in a list; make it a rule of its own")
            return nil
        }
        let timespan = readTimeframe()
        let search: Condition
        let aggregation: Aggregation
        do throws(ConditionError) {
            search = try ConditionParser.parse(String(String.UnicodeScalarView(condition.text.unicodeScalars.prefix(pipe))))
            aggregation = try AggregationParser.parse(condition.text, from: pipe + 1)
        } catch {
            log.error(at: definition.file.location(ofCharacter: error.offset, in: condition.node), error.message)
            return nil
        }
        guard let timespan else { return nil }
        switch aggregation {
        case .count(let form): return translate(search, form, timespan)
        case .near(let others): return translate(search, near: others, timespan)
        }
    }

    private func readTimeframe() -> Int64? {
        guard let node = definition.timeframe else {
            log.warning(
                at: place,
                "a condition with \"|\" needs \"timeframe\" beside it, the time within which to look; without one, a day is "
                    + "taken")
            return Self.defaultTimespan
        }
        if let timespan = node.scalar.flatMap({ Timespan.microseconds($0.text) }) { return timespan }
        let written = node.scalar.map { "\"\($0.text)\"" } ?? node.kind
        log.error(at: node.location, "\(written) is not a timeframe; write a number above 0 and s, m, h, d, w, M or y, as in 15m")
        return nil
    }

    // MARK: Functions

    private func translate(_ search: Condition, _ form: Aggregation.CountForm, _ timespan: Int64) -> Translation? {
        let parts = [RuleCompiler.Part(name: "base", condition: search)]
        guard let rules = compiler.compile(definition, parts: parts, in: condition) else { return nil }
        let (kind, percentile) = form.function.correlation(hasField: form.field != nil)
        if !kind.comparesNumbers, form.bound.number < 0 {
            log.error(at: place, "a count is never below 0; correct the number after \"|\"")
            return nil
        }
        let written = CorrelationDefinition.WrittenCondition(
            bounds: [form.bound], fields: form.field.map { [$0] } ?? [], percentile: percentile, location: place)
        return Translation(rules: rules, correlation: correlation(kind, rules, form.groupBy, timespan, written))
    }

    private func correlation(
        _ kind: CorrelationKind, _ rules: [SigmaRule], _ groupBy: [String], _ timespan: Int64,
        _ condition: CorrelationDefinition.WrittenCondition
    ) -> CorrelationDefinition {
        CorrelationDefinition(
            metadata: definition.metadata, kind: kind, rules: rules.map { .init(text: $0.metadata.id, location: place) },
            groupBy: groupBy, aliases: [], timespan: timespan, condition: condition, generate: false, file: definition.file)
    }

    // MARK: Near

    /// Every identifier behind `near` is an event of its own, somewhere within the timeframe.
    private func translate(_ search: Condition, near others: Condition, _ timespan: Int64) -> Translation? {
        var parts = [RuleCompiler.Part(name: "base", condition: search)]
        let names = definition.identifiers.map(\.name)
        let expression = Condition.all([.identifier(id(of: "base"), offset: pipe), split(others, names, &parts)])
        guard let rules = compiler.compile(definition, parts: parts, in: condition) else { return nil }
        var written = CorrelationDefinition.WrittenCondition(location: place)
        // All of them is what `temporal` asks for anyhow.
        if !expression.isConjunction { written.expression = (expression, condition.node) }
        return Translation(rules: rules, correlation: correlation(.temporal, rules, [], timespan, written))
    }

    private func id(of part: String) -> String { RuleCompiler.id(of: part, in: definition) }

    /// The condition over rules that says what one over search identifiers does; each identifier becomes a part.
    private func split(_ condition: Condition, _ names: [String], _ parts: inout [RuleCompiler.Part]) -> Condition {
        switch condition {
        case .all(let members): return .all(members.map { split($0, names, &parts) })
        case .any(let members): return .any(members.map { split($0, names, &parts) })
        case .not(let inner): return .not(split(inner, names, &parts))
        case .identifier(let name, let offset):
            if !parts.contains(where: { $0.name == name }) { parts.append(.init(name: name, condition: condition)) }
            return .identifier(id(of: name), offset: offset)
        case .selector(let quantifier, let pattern, let offset):
            let members = names.filter(pattern.selects).map { split(.identifier($0, offset: offset), names, &parts) }
            // What selects nothing is left to the compiler, which tells of it.
            if members.isEmpty { parts.append(.init(name: pattern.text, condition: condition)) }
            return quantifier == .all ? .all(members) : .any(members)
        }
    }
}

extension Condition {
    /// Whether it is names joined by `and` alone.
    fileprivate var isConjunction: Bool {
        switch self {
        case .all(let parts): parts.allSatisfy(\.isConjunction)
        case .identifier: true
        case .any, .not, .selector: false
        }
    }
}
