import EventModel

/// What findings are routed, grouped, silenced and inhibited by.
///
/// | label | |
/// |---|---|
/// | `finding` | its uid |
/// | `rule`, `title`, `level`, `kind` | of the finding and its rule |
/// | `product` | each product whose events it rests on |
/// | `technique` | each ATT&CK technique of its rule's tags, such as `T1110.003` |
/// | `drill` | `true` for a drill |
/// | `perimeter.drill` | the drill's id |
/// | others | the values that the rule groups by, under their fields' names: `identity`, `src_endpoint.ip` |
public struct FindingLabels: Sendable, Hashable {
    /// By name. A name comes once for each of its values.
    public private(set) var all: [Label] = []

    /// More values of one label, and more values that a rule groups by, are left out.
    static let maximumValues = 16
    /// Longer values are cut: they are attackers' to choose, and every group keeps its own.
    static let valueLimit = TextLimit(bytes: 1_024)

    public init(_ notified: NotifiedFinding) {
        let finding = notified.finding
        let rule = finding.rule
        add("finding", [finding.uid])
        add("rule", [rule.id])
        add("title", [rule.title])
        add("level", [rule.level.rawValue])
        add("kind", [finding.kind])
        add("product", notified.products)
        let techniques: [String] = rule.tags.compactMap { tag in
            guard case .technique(let uid)? = AttackTag(tag) else { return nil }
            return uid
        }
        add("technique", techniques)
        if let drill = finding.drill {
            add("drill", ["true"])
            add(Finding.drillField, [drill])
        }
        // What is the finding's own cannot be given another value by an event.
        for value in finding.group.prefix(Self.maximumValues) where !Self.ownNames.contains(value.field) {
            if values(value.field).isEmpty { add(value.field, [value.value]) }
        }
        all.sort { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    /// Labels as given: for asking where a finding would go.
    public init(_ labels: [Label]) {
        for label in labels { add(label.name, [label.value]) }
        all = Set(all).sorted { ($0.name, $0.value) < ($1.name, $1.value) }
    }

    private static let ownNames: Set = [
        "finding", "rule", "title", "level", "kind", "product", "technique", "drill", Finding.drillField,
    ]

    private mutating func add(_ name: String, _ values: [String]) {
        // An empty label is one that is not there.
        for value in Set(values).sorted().prefix(Self.maximumValues) where !value.isEmpty {
            all.append(Label(name, Self.valueLimit.cut(value)))
        }
    }

    /// The values of a label; none if the finding does not have it.
    public func values(_ name: String) -> [String] {
        // Some twenty labels: a search from end to end is quicker than a table.
        var values: [String] = []
        for label in all where label.name == name { values.append(label.value) }
        return values
    }

    /// The value of a label, several of them with commas between; empty if the finding does not have it.
    public subscript(name: String) -> String { values(name).joined(separator: ",") }

    /// Whether they are of a finding that a drill raised.
    var isDrill: Bool { !values("drill").isEmpty }

    /// The names, each once, in their order.
    public var names: [String] {
        var names: [String] = []
        for label in all where names.last != label.name { names.append(label.name) }
        return names
    }
}
