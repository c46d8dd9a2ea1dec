import EventModel
import Matching

// Hot path. Unsafe: reads only the bytes of the values of the event that it is given.

/// Reads the fields that a plan needs out of events: one pass over an event's fields, whatever their number.
final class EventColumns {
    /// A place that a field's value may stand in, the better the lower `rank`.
    private struct Place {
        var column: Int
        var rank: Int
    }

    /// The places by `FieldID.index`; most fields have none.
    private struct Places {
        /// A number a field, 0 for none; fields beyond its end have none either.
        private var numbers: [UInt16] = []
        private var lists: [[Place]] = [[]]

        mutating func append(_ place: Place, for id: FieldID) {
            while numbers.count <= id.index { numbers.append(0) }
            if numbers[id.index] == 0 {
                numbers[id.index] = UInt16(lists.count)
                lists.append([])
            }
            lists[Int(numbers[id.index])].append(place)
        }

        var isEmpty: Bool { numbers.isEmpty }

        /// The number of the field's list; 0 if it has none.
        @inline(__always)
        func number(of id: FieldID) -> Int { id.index < numbers.count ? Int(numbers[id.index]) : 0 }

        subscript(number: Int) -> [Place] { lists[number] }
    }

    private let count: Int
    private let timeColumns: [Int]
    private var ocsf = Places()
    private var vendor = Places()
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
                    let id = catalog.intern(path)
                    ocsf.append(Place(column: column, rank: index * 2), for: id)
                    vendor.append(Place(column: column, rank: index * 2 + 1), for: id)
                case .vendor(let path):
                    vendor.append(Place(column: column, rank: index * 2 + 1), for: catalog.intern(path))
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
        _ fields: UnsafeBufferPointer<Field>, _ places: Places, _ batch: EventBatch, _ values: inout [FieldValue]
    ) {
        guard !places.isEmpty else { return }
        for field in fields {
            let number = places.number(of: field.id)
            guard number > 0, field.isValue else { continue }
            for place in places[number] where place.rank <= ranks[place.column] {
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
