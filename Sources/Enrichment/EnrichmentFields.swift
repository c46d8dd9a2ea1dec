import EventModel

/// The fields that enrichment adds, by their numbers.
struct EnrichmentFields {
    let element, name, value, type, provider, shortDescription: FieldID
    let list, indicator, kind, id, labels, confidence, validFrom, validUntil: FieldID
    let classification, confidentialityID, confidentiality, classifierName, classifierType, classificationUID: FieldID
    let profiles, eventLabels: FieldID
    /// Of the lookups, in their order: those of their columns.
    private(set) var columns: [[FieldID]] = []
    /// By endpoint and attribute.
    private let endpoints: [FieldID]
    private let catalog: FieldCatalog

    init(_ catalog: FieldCatalog) {
        self.catalog = catalog
        func enrichment(_ name: String) -> FieldID { catalog.intern("enrichments." + name) }
        element = catalog.intern("enrichments")
        name = enrichment("name")
        value = enrichment("value")
        type = enrichment("type")
        provider = enrichment("provider")
        shortDescription = enrichment("short_desc")
        list = enrichment("data.list")
        indicator = enrichment("data.indicator")
        kind = enrichment("data.type")
        id = enrichment("data.id")
        labels = enrichment("data.labels")
        confidence = enrichment("data.confidence")
        validFrom = enrichment("data.valid_from")
        validUntil = enrichment("data.valid_until")
        classification = catalog.intern("metadata.data_classifications")
        confidentialityID = catalog.intern("metadata.data_classifications.confidentiality_id")
        confidentiality = catalog.intern("metadata.data_classifications.confidentiality")
        classifierName = catalog.intern("metadata.data_classifications.classifier_details.name")
        classifierType = catalog.intern("metadata.data_classifications.classifier_details.type")
        classificationUID = catalog.intern("metadata.data_classifications.uid")
        profiles = catalog.intern("metadata.profiles")
        eventLabels = catalog.intern("metadata.labels")
        endpoints = FieldRoles.Endpoint.allCases.flatMap { endpoint in
            AddressFacts.Attribute.allCases.map { catalog.intern("\(endpoint.path).\($0.path)") }
        }
    }

    mutating func use(_ tables: [LookupTable]) {
        columns = tables.map { table in table.columns.map { catalog.intern("enrichments.data." + $0) } }
    }

    func id(_ endpoint: FieldRoles.Endpoint, _ attribute: AddressFacts.Attribute) -> FieldID {
        endpoints[endpoint.rawValue * AddressFacts.Attribute.allCases.count + attribute.rawValue]
    }
}
