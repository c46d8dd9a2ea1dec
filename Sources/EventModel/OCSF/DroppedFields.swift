/// Which of one product's fields `unmapped` leaves out, by their numbers.
final class DroppedFields {
    private let fields: ProductFields
    private let catalog: FieldCatalog
    private var known: [FieldID: Bool] = [:]

    init(_ fields: ProductFields, catalog: FieldCatalog) {
        self.fields = fields
        self.catalog = catalog
    }

    func contains(_ id: FieldID) -> Bool {
        if let known = known[id] { return known }
        let drops = fields.drops(catalog.path(of: id))
        known[id] = drops
        return drops
    }
}
