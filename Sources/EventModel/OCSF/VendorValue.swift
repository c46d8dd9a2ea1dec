/// One value of a record, and where an event's document shows it.
public struct VendorValue: Sendable, Equatable {
    public enum Disposition: String, Sendable {
        /// An OCSF field shows the whole of it.
        case mapped
        /// It stands in `unmapped`.
        case unmapped
        /// The product's mapping file drops it: it stands in the record alone.
        case dropped
    }

    /// Folded, without the levels of lists.
    public var path: String
    public var text: String
    public var kind: FieldKind
    public var disposition: Disposition
}

extension OCSFDocument {
    /// Every value of an event's record but nulls, in the record's order.
    public func vendorValues(of event: Event) -> [VendorValue] {
        let leaves = leaves(of: event)
        return event.vendorFields.compactMap { field in
            switch field.kind {
            case .string, .integer, .float, .true, .false:
                VendorValue(
                    path: catalog.path(of: field.id), text: String(decoding: event.batch.bytes(of: field), as: UTF8.self),
                    kind: field.kind, disposition: leaves.disposition(of: field))
            case .null, .element, .emptyObject, .emptyArray: nil
            }
        }
    }
}
