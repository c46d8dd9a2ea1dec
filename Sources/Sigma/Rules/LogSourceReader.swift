import EventModel
import LocatedYAML

/// Reads the `logsource` of rules and filters.
struct LogSourceReader {
    /// What needs it, for messages.
    var subject = "rule"
    var log: DiagnosticLog

    /// Nil if there is none, or what it says is no log source; that is logged.
    func read(_ root: YAMLNode) -> LogSource? {
        guard let entry = root.entry("logsource"), let keys = entry.value.mapping else {
            let place = root["logsource"]?.location ?? root.location
            log.error(at: place, "a \(subject) needs \"logsource\" with category, product or service")
            return nil
        }
        var source = LogSource()
        for key in keys {
            let value = key.value.scalar.flatMap { $0.text.isEmpty ? nil : Self.normalised($0.text) }
            switch key.key {
            case "category": source.category = value
            case "product": source.product = value
            case "service": source.service = value
            // `definition` is prose; other keys are the author's own.
            default: continue
            }
            if value == nil { log.error(at: key.value.location, "\"\(key.key)\" must be a word; leave the key out to mean any") }
        }
        guard source != LogSource() else {
            log.error(at: entry.keyLocation, "\"logsource\" needs at least one of category, product, service")
            return nil
        }
        return source
    }

    /// Lower case, and `_` for spaces (specification, "Log Source").
    private static func normalised(_ text: String) -> String {
        String(text.lowercased().map { $0 == " " ? "_" : $0 })
    }
}

extension LogSource {
    /// Whether all that this one names is so in the other: then whoever looks at the other looks at a part of this one.
    func contains(_ other: LogSource) -> Bool {
        (category == nil || category == other.category) && (product == nil || product == other.product)
            && (service == nil || service == other.service)
    }
}
