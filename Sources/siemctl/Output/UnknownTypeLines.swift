import Normaliser

/// The event types that only the default of a mapping file takes, for people: the most frequent ones.
enum UnknownTypeLines {
    private static let maximumRows = 12

    static func lines(_ types: [UnknownEventTypes.Count], _ style: Style) -> [String] {
        let named = types.filter { $0.type != UnknownEventTypes.rest }
        // As many events say the same whatever their order; the names make it the same each time.
        let shown = named.sorted { ($1.events, $0.product, $0.type) < ($0.events, $1.product, $1.type) }.prefix(maximumRows)
        var table = Table([.init(title: "PRODUCT"), .init(title: "EVENTS", alignsRight: true), .init(title: "TYPE")])
        for count in shown { table.add([.init(count.product), .init("\(count.events)"), .init(count.type)]) }
        let rest = types.reduce(0) { $0 + $1.events } - shown.reduce(0) { $0 + $1.events }
        return table.lines(style) + (rest > 0 ? ["and \(rest) events of other types; status -o json and /metrics have more"] : [])
    }
}
