import EventModel
import LocatedYAML
import Matching

/// Turns detections into match expressions: applies the modifiers, links the values.
struct DetectionCompiler {
    /// Tests of all identifiers together, as they are made: modifiers multiply values long before a condition uses them.
    private final class Tally {
        var tests = 0
    }

    let placeholders: [String: [String]]
    let log: DiagnosticLog
    private let tally = Tally()

    /// For one rule.
    init(placeholders: [String: [String]], log: DiagnosticLog) {
        self.placeholders = placeholders
        self.log = log
    }

    /// Compiles all search identifiers, each under its name, so that the condition can be checked even if one is broken; that is
    /// logged, and `isSound` is false.
    func compile(
        _ identifiers: [SearchIdentifier]
    ) -> (expressions: [(name: String, expression: MatchExpression)], isSound: Bool) {
        var expressions: [(name: String, expression: MatchExpression)] = []
        var isSound = true
        var regularExpressions = 0
        for identifier in identifiers {
            let before = regularExpressions
            regularExpressions += identifier.detection.valueCount(with: "re")
            let areFew = regularExpressions <= Self.maximumRegularExpressions
            if !areFew, before <= Self.maximumRegularExpressions {
                log.error(
                    at: identifier.location,
                    "the rule has more than \(Self.maximumRegularExpressions) regular expressions; join them with \"|\", or "
                        + "split it")
            }
            let expression = areFew ? compile(identifier.detection) : nil
            if expression == nil { isSound = false }
            expressions.append((identifier.name, expression ?? .constant(false)))
        }
        return (expressions, isSound)
    }

    /// Nil if anything is wrong with it; that is logged.
    func compile(_ detection: Detection) -> MatchExpression? {
        switch detection {
        case .items(let items): return linked(items.map(compile), MatchExpression.all)
        case .any(let detections): return linked(detections.map(compile), MatchExpression.any)
        }
    }

    private func linked(_ parts: [MatchExpression?], _ link: ([MatchExpression]) -> MatchExpression) -> MatchExpression? {
        let sound = parts.compactMap { $0 }
        guard sound.count == parts.count, let first = sound.first else { return nil }
        return sound.count == 1 ? first : link(sound)
    }

    // MARK: Items

    private func compile(_ item: FieldMatch) -> MatchExpression? {
        guard let modifiers = modifiers(of: item) else { return nil }
        let selector = item.field.map(FieldSelector.named) ?? .anyValue
        var context = ModifierContext(field: item.field, count: modifiers.count, placeholders: placeholders)
        if item.values.isEmpty {
            guard item.field != nil else {
                log.error(at: item.location, "an empty list needs a field; keywords need at least one value")
                return nil
            }
            return .test(FieldTest(selector, .null))
        }

        var parts: [MatchExpression?] = []
        for node in item.values {
            guard let scalar = node.scalar else { continue }
            guard tally.tests <= ConditionCompiler.maximumTests else { return nil }
            context.applied = []
            let part = compile(scalar, at: node.location, item, modifiers, &context)
            parts.append(part)
            tally.tests += part?.testCount ?? 0
            if tally.tests > ConditionCompiler.maximumTests {
                log.error(at: node.location, ConditionCompiler.tooManyTests)
                return nil
            }
        }
        let link = context.requiresAll ? MatchExpression.all : MatchExpression.any
        guard let expression = linked(parts, link) else { return nil }
        return context.isNegated ? .not(expression) : expression
    }

    private func modifiers(of item: FieldMatch) -> [(name: String, modifier: any Modifier, at: SourceLocation)]? {
        var found: [(name: String, modifier: any Modifier, at: SourceLocation)] = []
        for written in item.modifiers {
            guard let modifier = ModifierCatalog.modifiers[written.name] else {
                let hint = Suggestion.hint(for: written.name, among: ModifierCatalog.names)
                let known = hint.isEmpty ? "; Sigma has \(ModifierCatalog.names.joined(separator: ", "))" : hint
                log.error(at: written.location, "unknown modifier \"\(written.name)\"\(known)")
                continue
            }
            found.append((written.name, modifier, written.location))
        }
        return found.count == item.modifiers.count ? found : nil
    }

    // MARK: Values

    private func compile(
        _ scalar: YAMLScalar, at location: SourceLocation, _ item: FieldMatch,
        _ modifiers: [(name: String, modifier: any Modifier, at: SourceLocation)], _ context: inout ModifierContext
    ) -> MatchExpression? {
        if item.field == nil && scalar.value == .null {
            log.error(at: location, "a keyword cannot be null; write the word, or name the field that must be missing")
            return nil
        }
        var value = ModifiedValue(scalar)
        if case .text = scalar.value, modifiers.contains(where: { $0.name == "re" }) {
            value = .string(SigmaString(literal: scalar.text))
        }
        for (name, modifier, _) in modifiers {
            do throws(ModifierError) {
                value = try apply(modifier, to: value, &context)
            } catch {
                log.error(at: location, error.message)
                return nil
            }
            context.applied.append(name)
        }
        if case .regex(let pattern) = value, let flaw = pattern.validate() {
            log.error(at: location, "the regular expression is refused: \(flaw)")
            return nil
        }
        guard let expression = expression(value, item, context) else {
            log.error(at: location, "the value is no longer text after its modifiers; put base64 or base64offset after utf16")
            return nil
        }
        return expression
    }

    private func apply(
        _ modifier: any Modifier, to value: ModifiedValue, _ context: inout ModifierContext
    ) throws(ModifierError) -> ModifiedValue {
        guard case .expansion(let alternatives) = value else { return try modifier.apply(to: value, in: &context) }
        var applied: [ModifiedValue] = []
        for alternative in alternatives { applied.append(try apply(modifier, to: alternative, &context)) }
        guard applied.count <= Self.maximumAlternatives else {
            throw ModifierError("the modifiers make more than \(Self.maximumAlternatives) alternatives of one value")
        }
        return .expansion(applied)
    }

    /// Each is compiled, which can take a hundredth of a second for one that is made to be dear. No public
    /// rule has more than 19.
    private static let maximumRegularExpressions = 1_000

    /// `windash` makes up to 125 alternatives, `base64offset` 3 of each, `expand` up to 200.
    private static let maximumAlternatives = 1_000

    private func expression(_ value: ModifiedValue, _ item: FieldMatch, _ context: ModifierContext) -> MatchExpression? {
        let selector = item.field.map(FieldSelector.named) ?? .anyValue
        func test(_ test: ValueTest) -> MatchExpression { .test(FieldTest(selector, test)) }
        switch value {
        case .string(var string):
            if item.field == nil { open(&string, context) }
            return string.pattern(isCased: context.isCased).map { test(.text($0)) }
        case .number(let number, let text):
            if item.field == nil { return test(.text(.containing(text))) }
            return test(.number(number, text: text))
        case .bool(let value):
            let word = value ? "true" : "false"
            return test(.text(item.field == nil ? .containing(word) : .exactly(word)))
        case .null: return test(.null)
        case .regex(let pattern): return test(.regex(pattern))
        case .network(let network): return test(.network(network))
        case .comparison(let comparison, let number): return test(.compare(comparison, number))
        case .timePart(let part, let range): return test(.timePart(part, range))
        case .exists(let isThere): return test(.exists(isThere))
        case .fieldReference(let field, let relation): return test(.field(.named(field), relation))
        case .expansion(let alternatives):
            return linked(alternatives.map { expression($0, item, context) }, MatchExpression.any)
        }
    }

    /// Keywords are looked for anywhere in a value, unless a modifier says where.
    private func open(_ keyword: inout SigmaString, _ context: ModifierContext) {
        guard !context.applied.contains("startswith"), !context.applied.contains("endswith") else { return }
        keyword.openStart()
        keyword.openEnd()
    }
}
