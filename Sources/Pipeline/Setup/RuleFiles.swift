import LocatedYAML
import Matching
public import Sigma

/// Loads rules, and checks of them what only the matcher can: whether their regular expressions are any.
public enum RuleFiles {
    /// - Parameter placeholders: what `%name%` stands for under `expand`.
    public static func load(_ paths: [String], placeholders: [String: [String]]) -> LoadedRules {
        var loaded = SigmaLoader.load(paths: paths, placeholders: placeholders)
        for rule in loaded.collection.rules {
            for (pattern, flaw) in flaws(in: rule.expression) {
                loaded.diagnostics.append(
                    Diagnostic(.error, at: rule.metadata.location, "the regular expression \"\(pattern)\" is refused: \(flaw)"))
            }
        }
        loaded.diagnostics = loaded.diagnostics.inReadingOrder
        return loaded
    }

    /// Expressions as deep as rules can nest them, which the parser bounds.
    private static func flaws(in expression: MatchExpression) -> [(pattern: String, flaw: String)] {
        switch expression {
        case .all(let members), .any(let members): return members.flatMap(flaws)
        case .not(let inner): return flaws(in: inner)
        case .constant: return []
        case .test(let test):
            guard case .regex(let pattern) = test.test, let flaw = pattern.validate() else { return [] }
            return [(pattern.source, flaw)]
        }
    }
}
