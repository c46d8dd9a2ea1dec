/// Adds to events, once they are mapped, what others know of the things in them. One belongs to one lane.
///
/// A normaliser without one does nothing in its place.
public protocol EventEnricher: AnyObject {
    /// Before the first event of each batch: the time to take over data that has changed.
    func begin(_ builder: EventBuilder)

    /// Appends fields to the event of `row`, whose OCSF fields are the last that the builder has, and moves `row.ocsfEnd`.
    func enrich(_ builder: EventBuilder, _ row: inout EventRow)
}
