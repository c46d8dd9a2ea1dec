import LocatedYAML

/// Resolves all correlations of a collection against its rules and each other, and puts them into the order in which they build
/// on one another.
struct CorrelationResolver {
    /// Levels of correlations over correlations: three are the most that public rules have.
    private static let maximumDepth = 8

    private struct Pending {
        var definition: CorrelationDefinition
        var correlation: SigmaCorrelation
    }

    private let log: DiagnosticLog
    private var pending: [Pending] = []
    private var sound: [String: SigmaCorrelation] = [:]
    private var broken: Set<String> = []
    private var ordered: [SigmaCorrelation] = []

    /// The sound correlations, each after those that it builds on; what is wrong with the others is logged.
    static func resolve(_ definitions: [CorrelationDefinition], index: RuleIndex, log: DiagnosticLog) -> [SigmaCorrelation] {
        var resolver = CorrelationResolver(definitions, index: index, log: log)
        return resolver.run()
    }

    private init(_ definitions: [CorrelationDefinition], index: RuleIndex, log: DiagnosticLog) {
        self.log = log
        let binder = CorrelationBinder(index: index, log: log)
        for var definition in definitions {
            if let correlation = binder.bind(&definition) {
                pending.append(Pending(definition: definition, correlation: correlation))
            } else {
                broken.insert(definition.metadata.id)
            }
        }
    }

    private mutating func run() -> [SigmaCorrelation] {
        for _ in 0..<Self.maximumDepth { takeLevel() }
        reportRest()
        return ordered
    }

    /// Takes those correlations that build only on rules and on correlations of lower levels.
    private mutating func takeLevel() {
        let waiting = Set(pending.map(\.correlation.metadata.id))
        var rest: [Pending] = []
        for item in pending {
            let rules = item.correlation.rules
            if rules.contains(where: { waiting.contains($0) }) {
                rest.append(item)
                continue
            }
            let id = item.correlation.metadata.id
            if let place = rules.firstIndex(where: { broken.contains($0) }) {
                let reference = item.definition.rules[place]
                log.error(at: reference.location, RuleIndex.broken(reference.text))
                broken.insert(id)
            } else if checkFields(item) {
                sound[id] = item.correlation
                ordered.append(item.correlation)
            } else {
                broken.insert(id)
            }
        }
        pending = rest
    }

    /// What a correlation hands on is its group: by nothing else can another one join or count it.
    private func checkFields(_ item: Pending) -> Bool {
        var isSound = true
        let correlation = item.correlation
        for (reference, id) in zip(item.definition.rules, correlation.rules) {
            guard let inner = sound[id] else { continue }
            let carried = Set(inner.groupBy.map { $0.lowercased() })
            for name in correlation.groupBy + correlation.valueFields {
                let field = correlation.aliases[name]?[id] ?? name
                guard !carried.contains(field.lowercased()) else { continue }
                isSound = false
                log.error(
                    at: reference.location,
                    "correlation \"\(reference.text)\" is not grouped by \"\(field)\", so that its findings have none; add the "
                        + "field to its group-by, or name another one under aliases")
            }
        }
        return isSound
    }

    // MARK: Circles

    private func reportRest() {
        let byID = Dictionary(pending.map { ($0.correlation.metadata.id, $0) }, uniquingKeysWith: { first, _ in first })
        for item in pending {
            let path = self.path(from: item, byID)
            let place = item.correlation.rules.firstIndex { byID[$0] != nil || sound[$0] != nil } ?? 0
            let location = item.definition.rules[place].location
            guard let last = path.last, let start = path.dropLast().firstIndex(of: last) else {
                log.error(at: location, "the chain of correlations has more than \(Self.maximumDepth) levels")
                continue
            }
            let circle = path[start...].map { byID[$0]?.definition.metadata.title ?? $0 }.joined(separator: "\" → \"")
            let link = start == 0 ? "" : ", on which this one builds"
            log.error(at: location, "correlations build on each other in a circle: \"\(circle)\"\(link); take one reference out")
        }
    }

    /// Ids from correlation to correlation, until one comes again or the chain ends.
    private func path(from item: Pending, _ byID: [String: Pending]) -> [String] {
        var path = [item.correlation.metadata.id]
        var seen = Set(path)
        var current = item
        // A longer circle than this counts as too long a chain, which it is.
        while path.count <= 8 * Self.maximumDepth, let next = current.correlation.rules.lazy.compactMap({ byID[$0] }).first {
            let id = next.correlation.metadata.id
            path.append(id)
            if !seen.insert(id).inserted { break }
            current = next
        }
        return path
    }
}
