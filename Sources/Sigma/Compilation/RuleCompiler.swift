import LocatedYAML
import Matching

/// Definition → checked rule.
struct RuleCompiler {
    /// A condition over the identifiers of a rule that is cut into several.
    struct Part {
        var name: String
        var condition: Condition
    }

    var placeholders: [String: [String]]
    var log: DiagnosticLog

    /// Nil if anything in the rule is wrong; that is logged, all of it.
    func compile(_ definition: RuleDefinition) -> SigmaRule? {
        let compiler = DetectionCompiler(placeholders: placeholders, log: log)
        let (identifiers, areSound) = compiler.compile(definition.identifiers)
        var isSound = areSound && definition.isSound

        var conditions = ConditionCompiler(identifiers: identifiers)
        var parts: [MatchExpression] = []
        for written in definition.conditions {
            do throws(ConditionError) {
                parts.append(try conditions.compile(try ConditionParser.parse(written.text)))
            } catch {
                isSound = false
                log.error(at: definition.file.location(ofCharacter: error.offset, in: written.node), error.message)
            }
        }
        guard isSound, let first = parts.first else { return nil }
        if let timeframe = definition.timeframe {
            log.warning(at: timeframe.location, "\"timeframe\" has no meaning without \"|\" in the condition; take it out")
        }
        RuleChecks(log: log).check(definition.metadata, definition.identifiers, used: conditions.used)
        let expression = parts.count == 1 ? first : .any(parts)
        if let condition = definition.conditions.first { RuleChecks(log: log).check(expression, at: condition.node.location) }
        return SigmaRule(metadata: definition.metadata, logSource: definition.logSource, expression: expression)
    }

    /// One rule a part; all parts stand in the condition `written`. Nil if anything is wrong, which is logged.
    func compile(_ definition: RuleDefinition, parts: [Part], in written: RuleDefinition.WrittenCondition) -> [SigmaRule]? {
        let compiler = DetectionCompiler(placeholders: placeholders, log: log)
        let (identifiers, areSound) = compiler.compile(definition.identifiers)
        var isSound = areSound && definition.isSound
        var conditions = ConditionCompiler(identifiers: identifiers)
        var rules: [SigmaRule] = []
        for part in parts {
            do throws(ConditionError) {
                var metadata = definition.metadata
                metadata.id = Self.id(of: part.name, in: definition)
                metadata.name = nil
                metadata.title += " (\(part.name))"
                metadata.suppression = nil
                let expression = try conditions.compile(part.condition)
                rules.append(SigmaRule(metadata: metadata, logSource: definition.logSource, expression: expression))
            } catch {
                isSound = false
                log.error(at: definition.file.location(ofCharacter: error.offset, in: written.node), error.message)
            }
        }
        guard isSound else { return nil }
        RuleChecks(log: log).check(definition.metadata, definition.identifiers, used: conditions.used)
        return rules
    }

    /// The id of a part: no document has one like it by chance.
    static func id(of part: String, in definition: RuleDefinition) -> String { "\(definition.metadata.id).\(part)" }
}
