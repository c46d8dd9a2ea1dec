/// One mapping of a file, read key by key. Problems go to the log; keys that nobody asked for are problems too.
///
///     let log = DiagnosticLog(file.diagnostics)
///     let section = YAMLSection(root, log: log)
///     let path = section.requiredString("path")
///     let every = section.duration("every") ?? 30_000_000
///     section.finish()
///
/// A getter answers nil when the key is absent or null, and when its value is wrong, which it then has logged.
public final class YAMLSection {
    public let location: SourceLocation
    public let log: DiagnosticLog
    private let entries: [YAMLNode.Entry]
    private let places: [String: Int]
    private var asked: Set<String> = []
    private var askedInOrder: [String] = []

    /// Reads a mapping; nil counts as an empty one, anything else is logged and counts as an empty one.
    public init(_ node: YAMLNode, log: DiagnosticLog) {
        location = node.location
        self.log = log
        if node.mapping == nil && !node.isNull {
            log.error(at: node.location, "expected a mapping (key: value), not \(node.kind)")
        }
        entries = node.mapping ?? []
        places = Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The keys that are written, in order.
    public var keys: [String] { entries.map(\.key) }

    /// The entry of a key, which counts as asked for. Nil if it is not written.
    public func entry(_ key: String) -> YAMLNode.Entry? {
        if asked.insert(key).inserted { askedInOrder.append(key) }
        return places[key].map { entries[$0] }
    }

    /// What is written for a key; nil if nothing is, or null.
    public func node(_ key: String) -> YAMLNode? {
        guard let value = entry(key)?.value, !value.isNull else { return nil }
        return value
    }

    /// Whether the key is written, be it with null. It counts as asked for.
    public func has(_ key: String) -> Bool { entry(key) != nil }

    /// Where the key is written; the section's own place if it is not.
    public func location(of key: String) -> SourceLocation {
        places[key].map { entries[$0].keyLocation } ?? location
    }

    /// All entries, each counted as asked for: for mappings whose keys are the author's own.
    public func allEntries() -> [YAMLNode.Entry] {
        asked.formUnion(entries.map(\.key))
        return entries
    }

    /// Logs an error about a key's value.
    public func error(_ key: String, _ message: String) {
        log.error(at: places[key].map { entries[$0].value.location } ?? location, message)
    }

    /// Logs that a required key is missing.
    public func missing(_ key: String) {
        let similar = Suggestion.nearest(to: key, among: keys.filter { !asked.contains($0) })
        log.error(at: location, "required key \"\(key)\" is missing" + (similar.map { "; is \"\($0)\" meant to be it?" } ?? ""))
    }

    /// Logs every key that nobody has asked for, with the nearest one that somebody has.
    public func finish() {
        for entry in entries where !asked.contains(entry.key) {
            let hint = Suggestion.hint(for: entry.key, among: askedInOrder)
            let known = hint.isEmpty ? "; the keys here are \(askedInOrder.sorted().joined(separator: ", "))" : hint
            log.error(at: entry.keyLocation, "unknown key \"\(entry.key)\"\(known)")
        }
    }
}
