import EventModel

/// The sources of decoded events: a configured one by its name, or else one that is made for the name.
struct StoredSources {
    private var known: [String: Source]

    init(_ configured: [Source]) {
        known = Dictionary(configured.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> Source {
        mutating get {
            if let source = known[name] { return source }
            let made = Source(id: known.count, name: name)
            known[name] = made
            return made
        }
    }
}

extension JSONLimits {
    /// For bodies that were scanned before they were stored: what was accepted with other limits must be read again.
    static let stored = JSONLimits(maximumBytes: Field.maximumLength, maximumDepth: 1_024, maximumFields: 4 << 20)
}
