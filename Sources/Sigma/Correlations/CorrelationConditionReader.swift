import LocatedYAML

/// Reads the `condition` of a correlation: bounds with what they compare, or an expression over the rules.
struct CorrelationConditionReader {
    /// Nil if the correlation's type is none; then only what holds for every type is checked.
    var kind: CorrelationKind?
    var file: YAMLFile
    var log: DiagnosticLog

    func read(_ section: YAMLSection) -> CorrelationDefinition.WrittenCondition {
        let location = section.location(of: "condition")
        guard let node = section.node("condition") else {
            if let kind, !kind.isTemporal { section.missing("condition") }
            return .init(location: location)
        }
        if let scalar = node.scalar { return readExpression(scalar, node, location) }
        guard node.mapping != nil else {
            log.error(at: node.location, "a correlation's condition must be a mapping such as \"gte: 10\"")
            return .init(location: location)
        }
        let condition = YAMLSection(node, log: log)
        let bounds = CountCondition.Relation.allCases.compactMap { readBound($0, condition) }
        let fields = readFields(condition)
        let percentile = readPercentile(condition)
        condition.finish()
        let isWritten = CountCondition.Relation.allCases.contains { node[$0.rawValue] != nil }
        if !isWritten { log.error(at: node.location, "the condition needs a bound: gt, gte, lt, lte, eq or neq") }
        checkRange(bounds, at: node.location)
        return .init(bounds: bounds, fields: fields, percentile: percentile, location: location)
    }

    private func readExpression(
        _ scalar: YAMLScalar, _ node: YAMLNode, _ location: SourceLocation
    ) -> CorrelationDefinition.WrittenCondition {
        if let kind, !kind.isTemporal {
            log.error(
                at: node.location,
                "the condition of \(kind.rawValue) must be a mapping such as \"gte: 10\"; only temporal and temporal_ordered "
                    + "take an expression over rules")
            return .init(location: location)
        }
        do throws(ConditionError) {
            let condition = try ConditionParser.parse(scalar.text, over: .rules)
            return .init(expression: (condition, node), location: location)
        } catch {
            log.error(at: file.location(ofCharacter: error.offset, in: node), error.message)
            return .init(location: location)
        }
    }

    // MARK: Bounds

    private func readBound(_ relation: CountCondition.Relation, _ section: YAMLSection) -> CountCondition? {
        let key = relation.rawValue
        guard let node = section.node(key) else { return nil }
        switch node.scalar?.value {
        case .integer(let value):
            if value < 0, kind?.comparesNumbers != true {
                section.error(key, "\"\(key)\" must be at least 0, not \(value)")
                return nil
            }
            return CountCondition(relation, Int(value))
        case .float(let value) where value.isFinite && (value >= 0 || kind?.comparesNumbers == true):
            if let kind, !kind.comparesNumbers, Int(exactly: value) == nil {
                log.warning(at: node.location, "\(kind.rawValue) compares a whole number; \(value) lies between two")
            }
            return CountCondition(relation, value)
        case .null, .bool, .float, .text, nil:
            section.error(key, "\"\(key)\" must be a number, not \(node.scalar.map { "\"\($0.text)\"" } ?? node.kind)")
            return nil
        }
    }

    /// Two bounds make a range; any other combination says less than it seems to.
    private func checkRange(_ bounds: [CountCondition], at location: SourceLocation) {
        guard bounds.count > 1 else { return }
        let lower = bounds.filter { $0.relation == .gt || $0.relation == .gte }
        let upper = bounds.filter { $0.relation == .lt || $0.relation == .lte }
        guard bounds.count == 2, lower.count == 1, upper.count == 1 else {
            log.error(at: location, "a condition has one bound, or a range of one of gt, gte and one of lt, lte")
            return
        }
        if isEmpty(from: lower[0], to: upper[0]) { log.error(at: location, "no number lies in the range of this condition") }
    }

    private func isEmpty(from lower: CountCondition, to upper: CountCondition) -> Bool {
        if kind?.comparesNumbers == true {
            if lower.number == upper.number { return lower.relation == .gt || upper.relation == .lt }
            return lower.number > upper.number
        }
        // Only next to the lower bound can the smallest count of the range lie.
        return ![0, lower.value, lower.value &+ 1].contains { $0 >= 0 && lower.holds($0) && upper.holds($0) }
    }

    // MARK: What is compared

    private func readFields(_ condition: YAMLSection) -> [String] {
        guard let node = condition.node("field") else {
            if let kind, kind.needsField { condition.missing("field") }
            return []
        }
        if let kind, !kind.needsField {
            log.error(at: node.location, "\(kind.rawValue) looks at no field's values, so it has no \"field\"")
            return []
        }
        let names = condition.strings("field")
        if node.sequence?.isEmpty == true { log.error(at: node.location, "\"field\" must name at least one field") }
        if Set(names.map { $0.lowercased() }).count < names.count {
            log.error(at: node.location, "a field stands twice under \"field\"; name each once")
        }
        if let kind, kind.comparesNumbers, names.count > 1 {
            log.error(
                at: node.location, "\(kind.rawValue) computes with the numbers of one field, not of \(names.count); name one")
        }
        return names
    }

    private func readPercentile(_ condition: YAMLSection) -> Double? {
        guard let node = condition.node("percentile") else {
            if kind == .valuePercentile { condition.missing("percentile") }
            return nil
        }
        if let kind, kind != .valuePercentile {
            log.error(at: node.location, "only value_percentile takes a percentile; \(kind.rawValue) has none")
            return nil
        }
        guard let percentile = condition.double("percentile") else { return nil }
        guard percentile >= 0, percentile <= 100 else {
            log.error(at: node.location, "\"percentile\" must be 0 to 100, not \(node.scalar?.text ?? "")")
            return nil
        }
        return percentile
    }
}
