import EventModel
import Glibc
import Sigma

/// How anomalies of one rule are put into words.
struct AnomalyWords {
    private let rule: FindingRule
    private let behaviour: BehaviourRule

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
    }

    /// The rules whose events are looked at.
    var titles: String { rule.steps.prefix(3).map { "\"\($0.title)\"" }.joined(separator: " or ") }

    /// What is counted.
    var subject: String {
        switch behaviour.parameters.value {
        case .count: return "events of \(titles)"
        case .sum(let field): return "\(field) in sum of \(titles)"
        case .distinct(let field): return "distinct \(field) of \(titles)"
        }
    }

    /// ` for ana@example.com`, or nothing for the behaviour of all together.
    func whose(_ text: [UInt8]) -> String {
        let values = (0..<behaviour.entityFields).compactMap { value($0, text) }
        return values.isEmpty ? "" : " for \(values.joined(separator: ", "))"
    }

    /// The values that are new or rare.
    func what(_ text: [UInt8]) -> String {
        let fields = behaviour.entityFields..<(behaviour.entityFields + behaviour.valueFields)
        return fields.compactMap { named($0, text) }.joined(separator: ", ")
    }

    /// `department "sales"`; nil if the event did not say who the peers are.
    func peers(_ text: [UInt8]) -> String? {
        behaviour.hasPeers ? named(behaviour.entityFields + behaviour.valueFields, text) : nil
    }

    /// The value of a field of the group, by the field's place.
    private func value(_ field: Int, _ text: [UInt8]) -> String? {
        GroupText.place(of: field, in: text.span).map { String(decoding: text[$0], as: UTF8.self) }
    }

    private func named(_ field: Int, _ text: [UInt8]) -> String? {
        value(field, text).map { "\(rule.groupFields[field]) \"\($0)\"" }
    }

    /// ` for ana@example.com`, ` for anybody of department "sales"` or ` for anybody`.
    func among(_ scope: Behaviour.Scope, _ text: [UInt8]) -> String {
        switch scope {
        case .entity: whose(text)
        case .peers: " for anybody of \(peers(text) ?? "its peers")"
        case .tenant: " for anybody"
        }
    }

    func within(_ start: Timestamp) -> String {
        "in the \(FindingText.duration(behaviour.bucket)) from \(minute(start)) UTC"
    }

    /// `2026-11-20 14:05`
    func minute(_ time: Timestamp) -> String {
        let text = RFC3339.format(time, fractionDigits: 0)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    func day(_ time: Timestamp) -> String { String(RFC3339.format(time, fractionDigits: 0).prefix(10)) }

    /// `48.1° N, 11.6° E`, with the network where it is known.
    func place(_ code: UInt64) -> String {
        let place = PlaceCode.place(code)
        let north = "\(number(abs(place.latitude)))° \(place.latitude < 0 ? "S" : "N")"
        let east = "\(number(abs(place.longitude)))° \(place.longitude < 0 ? "W" : "E")"
        return "\(north), \(east)" + (place.network == 0 ? "" : " (AS\(place.network))")
    }

    /// Two digits of once in how many.
    func rounded(odds bits: Double) -> Double {
        let odds = exp2(min(bits, 60))
        let unit = pow(10, max(0, log10(odds).rounded(.down) - 1))
        return (odds / unit).rounded() * unit
    }

    /// Whole numbers as they are, others with one digit behind the point, small ones with two.
    func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        if value == value.rounded() { return "\(Int64(value))" }
        let digits: Double = abs(value) < 1 ? 100 : 10
        let scaled = (value * digits).rounded() / digits
        return scaled == scaled.rounded() ? "\(Int64(scaled))" : "\(scaled)"
    }
}
