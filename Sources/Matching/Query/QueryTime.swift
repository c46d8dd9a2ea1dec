import EventModel

/// A time as written in a query: the span of all instants that it can mean, a whole day for a date.
struct QueryTime {
    var start: Timestamp
    /// The first instant after the span.
    var end: Timestamp

    /// RFC 3339, its date alone, or with the zone or the seconds left out (UTC then). Nil for anything else.
    init?(_ text: String) {
        let length = text.utf8.count
        let day: Int64 = 86_400_000_000
        if length == 10, let midnight = RFC3339.parse(text + "T00:00:00Z") {
            (start, end) = (midnight, midnight + day)
        } else if length == 16, let minute = RFC3339.parse(text + ":00Z") {
            (start, end) = (minute, minute + 60_000_000)
        } else if let instant = RFC3339.parse(text) ?? RFC3339.parse(text + "Z") {
            (start, end) = (instant, instant + 1)
        } else {
            return nil
        }
    }

    /// The events whose time compares so to the span: after its end, before its start, or up to its end.
    func test(_ comparison: Comparison) -> ValueTest {
        switch comparison {
        case .less: .time(.less, start)
        case .lessOrEqual: .time(.less, end)
        case .greater: .time(.greaterOrEqual, end)
        case .greaterOrEqual: .time(.greaterOrEqual, start)
        }
    }
}
