/// An event as the OCSF JSON object that it is, on one line. For people, exports and tests: allocates.
///
/// Objects are made of the dotted paths of the event's OCSF fields; `element` marks and the flag of list members say where lists
/// are. `raw_data` is the record as received. `unmapped` has all of the vendor's values that no OCSF field points at, nested and
/// spelled as the vendor wrote them, but for those that the product's mapping file drops, and Perimeter's own `quarantine` and
/// `syslog`. Nulls and empty containers are left out.
public struct OCSFDocument {
    let catalog: FieldCatalog
    private var paths: [FieldID: Path] = [:]
    /// By the product's number; nil for those that drop nothing.
    private let drops: [DroppedFields?]
    private var writer = JSONWriter(capacity: 4096)

    private struct Path {
        var names: [String]
        var isOwn: Bool
        /// The identity is no part of the document: `actor.user` says the same.
        var isHidden: Bool
    }

    /// A writer of documents of events whose fields are numbered by `catalog`. Keep one for many events: it remembers paths.
    ///
    /// - Parameter products: what the events' `EventRow.product` are indices of.
    public init(catalog: FieldCatalog, products: ProductCatalog) {
        self.catalog = catalog
        drops = products.products.map { $0.fields.dropped.isEmpty ? nil : DroppedFields($0.fields, catalog: catalog) }
    }

    /// The event on one line, without a line end.
    public mutating func text(of event: Event) -> String { String(decoding: bytes(of: event), as: UTF8.self) }

    /// The event on one line, without a line end, as UTF-8.
    public mutating func bytes(of event: Event) -> [UInt8] {
        var root = OCSFTree()
        var unmapped = OCSFTree()
        var own: [Field] = []
        for field in event.ocsfFields {
            let path = path(of: field.id)
            if path.isHidden { continue }
            if path.isOwn {
                own.append(field)
                unmapped.insert(field, at: path.names)
            } else {
                root.insert(field, at: path.names)
            }
        }
        writer.removeAll()
        writer.beginObject()
        root.write(into: &writer, batch: event.batch)
        writer.key("raw_data")
        writer.string(event.raw)
        let body = event.body
        if RecordBody.isJSON(body, from: RecordBody.start(body)) || event.vendorFields.isEmpty {
            writeUnmapped(event, own: unmapped)
        } else {
            writeUnmappedText(event, own: own)
        }
        writer.endObject()
        return writer.bytes
    }

    private mutating func writeUnmapped(_ event: Event, own: OCSFTree) {
        let inner = leaves(of: event).text()
        guard !own.isEmpty || !inner.isEmpty else { return }
        writer.key("unmapped")
        writer.beginObject()
        own.write(into: &writer, batch: event.batch)
        inner.withUnsafeBytes { if !$0.isEmpty { writer.raw($0) } }
        writer.endObject()
    }

    /// A record of text has no form that its values could be written in: its fields' names say it.
    private mutating func writeUnmappedText(_ event: Event, own: [Field]) {
        let fields = own + leaves(of: event).unmappedFields
        if fields.isEmpty { return }
        let text = UnmappedText(fields, batch: event.batch) { catalog.path(of: $0) }
        writer.key("unmapped")
        writer.beginObject()
        text.write(into: &writer)
        writer.endObject()
    }

    func leaves(of event: Event) -> UnmappedLeaves {
        let product = Int(event.row.product)
        return UnmappedLeaves(event: event, drops: drops.indices.contains(product) ? drops[product] : nil)
    }

    private mutating func path(of id: FieldID) -> Path {
        if let known = paths[id] { return known }
        let text = catalog.path(of: id)
        let path = Path(
            names: text.split(separator: ".").map(String.init), isOwn: FieldID.isOwn(path: text),
            isHidden: text.isEmpty || text == "identity")
        paths[id] = path
        return path
    }
}
