import EventModel
import LocatedYAML

/// A rule as written: read, not yet compiled.
struct RuleDefinition {
    struct WrittenCondition {
        var text: String
        var node: YAMLNode
    }

    var metadata: RuleMetadata
    var logSource: LogSource
    var identifiers: [SearchIdentifier]
    /// Several are alternatives.
    var conditions: [WrittenCondition]
    /// The window of conditions with a pipe.
    var timeframe: YAMLNode?
    var file: YAMLFile
    /// False if something required is missing or wrong, which is logged: then the rest is only checked, and the rule refused.
    var isSound: Bool
}
