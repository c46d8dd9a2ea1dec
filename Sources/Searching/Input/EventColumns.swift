import EventModel
import Matching

// Unsafe: reads only the bytes of the values of the event that it is given.

/// Reads the fields that a plan needs out of events: one pass over an event's fields, whatever their number.
final class EventColumns {
    /// A place that a field's value may stand in, the better the lower `rank`.
    private struct Place {
        var column: Int
        var rank: Int
    }

    private let count: Int
    private let timeColumns: [Int]
    /// By `FieldID.index`; fields that no column wants have none.
    private var ocsf: [UInt32: [Place]] = [:]
    private var vendor: [UInt32: [Place]] = [:]
    /// The rank of what each column has so far.
    private var ranks: [Int]

    /// - Parameter catalog: the one that numbers the events' fields.
    init(_ fields: [SearchField], catalog: FieldCatalog) {
        count = fields.count
        timeColumns = fields.indices.filter { fields[$0].isTime }
        ranks = Array(repeating: .max, count: fields.count)
        for (column, field) in fields.enumerated() {
            for (index, selector) in field.selectors.enumerated() {
                switch selector {
                case .named(let path):
                    let id = catalog.intern(path).rawValue
                    ocsf[id, default: []].append(Place(column: column, rank: index * 2))
                    vendor[id, default: []].append(Place(column: column, rank: index * 2 + 1))
                case .vendor(let path):
                    vendor[catalog.intern(path).rawValue, default: []].append(Place(column: column, rank: index * 2 + 1))
                case .anyValue: break
                }
            }
        }
    }

    /// The values of the event, a field each, in the plan's order.
    func values(of event: Event) -> [FieldValue] {
        var values = [FieldValue](repeating: .null, count: count)
        for column in ranks.indices { ranks[column] = .max }
        collect(event.ocsfFields, ocsf, event.batch, &values)
        collect(event.vendorFields, vendor, event.batch, &values)
        for column in timeColumns { values[column] = .time(event.time) }
        return values
    }

    private func collect(
        _ fields: UnsafeBufferPointer<Field>, _ places: [UInt32: [Place]], _ batch: EventBatch, _ values: inout [FieldValue]
    ) {
        guard !places.isEmpty else { return }
        for field in fields where field.isValue {
            guard let wanted = places[field.id.rawValue] else { continue }
            for place in wanted where place.rank <= ranks[place.column] {
                let value = FieldValue(field.kind, batch.bytes(of: field))
                if value == .null { continue }
                if place.rank < ranks[place.column] {
                    values[place.column] = value
                    ranks[place.column] = place.rank
                } else {
                    Self.append(value, to: &values[place.column])
                }
            }
        }
    }

    private static func append(_ value: FieldValue, to list: inout FieldValue) {
        if case .list(var members) = list {
            list = .null
            members.append(value)
            list = .list(members)
        } else {
            list = .list([list, value])
        }
    }
}
