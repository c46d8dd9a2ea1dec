import LocatedYAML
import Matching

/// Definition → checked rule.
struct RuleCompiler {
    var placeholders: [String: [String]]
    var log: DiagnosticLog

    /// Nil if anything in the rule is wrong; that is logged, all of it.
    func compile(_ definition: RuleDefinition) -> SigmaRule? {
        let compiler = DetectionCompiler(placeholders: placeholders, log: log)
        var identifiers: [(name: String, expression: MatchExpression)] = []
        var isSound = true
        for identifier in definition.identifiers {
            if let expression = compiler.compile(identifier.detection) {
                identifiers.append((identifier.name, expression))
            } else {
                isSound = false
                // It has a name, so that the condition can still be checked.
                identifiers.append((identifier.name, .constant(false)))
            }
        }

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
        RuleChecks(log: log).check(definition, used: conditions.used)
        return SigmaRule(
            metadata: definition.metadata, logSource: definition.logSource,
            expression: parts.count == 1 ? first : .any(parts))
    }
}
