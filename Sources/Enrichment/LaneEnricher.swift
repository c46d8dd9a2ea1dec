import EventModel

// Hot path.

/// Enriches the events of one lane: looks once at each field of an event, then appends what was found.
final class LaneEnricher: EventEnricher {
    private let classifier: Classifier
    private let latest: () -> EnrichmentSnapshot
    private var snapshot: EnrichmentSnapshot
    private var roles: FieldRoles
    private var fields: EnrichmentFields
    private var addresses: AddressCache
    private var indicators: IndicatorMatcher
    private let hasIndicators: Bool
    private let scratch = Arena(capacity: 4_096)

    /// What is known of an endpoint of the event at hand.
    private struct EndpointState {
        var address: Field?
        var country: Field?
        var hasLocation = false
        var hasSystem = false
    }

    private var endpoints = [EndpointState](repeating: EndpointState(), count: FieldRoles.Endpoint.allCases.count)
    private var found: [(table: Int, row: Int, role: Int, field: Field)] = []
    private var label: (level: Sensitivity, name: String, value: Field?)?

    /// Rows of tables that are added to one event; more are left out.
    private static let maximumRows = 16

    init(
        _ configuration: EnrichmentConfiguration, classifier: Classifier, catalog: FieldCatalog,
        latest: @escaping () -> EnrichmentSnapshot
    ) {
        self.classifier = classifier
        self.latest = latest
        snapshot = latest()
        roles = FieldRoles(configuration, classifier, catalog)
        fields = EnrichmentFields(catalog)
        fields.use(snapshot.tables)
        addresses = AddressCache(snapshot.databases)
        indicators = IndicatorMatcher(snapshot.indicators)
        hasIndicators = !configuration.indicators.isEmpty
    }

    func begin(_ builder: EventBuilder) {
        let next = latest()
        guard next !== snapshot else { return }
        let isSame = next.databases.elementsEqual(snapshot.databases) { $0 === $1 }
        snapshot = next
        fields.use(next.tables)
        if !isSame { addresses = AddressCache(next.databases) }
        indicators = IndicatorMatcher(next.indicators)
    }

    func enrich(_ builder: EventBuilder, _ row: inout EventRow) {
        for index in endpoints.indices { endpoints[index] = EndpointState() }
        if hasIndicators { indicators.begin(row.time) }
        if !found.isEmpty { found.removeAll(keepingCapacity: true) }
        label = nil
        let mapped = Int(row.ocsfStart)..<Int(row.ocsfEnd)
        for index in mapped {
            let field = builder.fields[index]
            let role = roles.role(field.id)
            if role >= 0, field.kind == .string, field.length > 0 { look(role, index, mapped, builder, row) }
        }
        if !classifier.isEmpty {
            let vendor = Int(row.vendorStart)..<Int(row.vendorEnd)
            for index in vendor {
                let field = builder.fields[index]
                let role = roles.role(field.id)
                if role >= 0, roles.traits[role].contains(.classifies), field.kind.rawValue <= FieldKind.false.rawValue {
                    classify(role, index, vendor, builder, row)
                }
            }
        }
        write(builder, row)
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    // MARK: Looking

    private func look(_ number: Int, _ index: Int, _ range: Range<Int>, _ builder: EventBuilder, _ row: EventRow) {
        let field = builder.fields[index]
        let traits = roles.traits[number]
        if traits.contains(.geo), let geo = roles.roles[number].geo {
            switch geo {
            case .address(let endpoint): endpoints[endpoint.rawValue].address = field
            case .country(let endpoint): endpoints[endpoint.rawValue].country = field
            case .location(let endpoint): endpoints[endpoint.rawValue].hasLocation = true
            case .system(let endpoint): endpoints[endpoint.rawValue].hasSystem = true
            }
        }
        if traits.contains(.observable), let type = roles.roles[number].observable {
            indicators.compare(field, type, builder.bytes(of: field))
        }
        if traits.contains(.lookups) {
            for table in roles.roles[number].lookups where found.count < Self.maximumRows {
                let place = snapshot.tables[table].row(builder.bytes(of: field), scratch)
                if place >= 0 { found.append((table, place, number, field)) }
            }
        }
        if traits.contains(.classifies) { classify(number, index, range, builder, row) }
    }

    private func classify(_ number: Int, _ place: Int, _ range: Range<Int>, _ builder: EventBuilder, _ row: EventRow) {
        let field = builder.fields[place]
        let role = roles.roles[number]
        for index in role.labels {
            let labels = classifier.labels[index]
            guard labels.product == nil || labels.product == row.product,
                let level = labels.level(builder.bytes(of: field), scratch), labels.field.holds(builder, place, range)
            else { continue }
            if label.map({ $0.level < level }) ?? true { label = (level, labels.name, field) }
        }
        for index in role.patterns {
            let pattern = classifier.patterns[index]
            guard pattern.product == nil || pattern.product == row.product else { continue }
            if label.map({ $0.level < pattern.level }) ?? true, pattern.matches(builder.bytes(of: field)),
                pattern.fields.contains(where: { $0.id == field.id && $0.holds(builder, place, range) })
            {
                label = (pattern.level, pattern.name, nil)
            }
        }
    }

    // MARK: Writing

    private func write(_ builder: EventBuilder, _ row: EventRow) {
        for endpoint in FieldRoles.Endpoint.allCases where endpoints[endpoint.rawValue].address != nil {
            writeAddress(endpoint, builder)
        }
        for item in found { writeRow(item.table, item.row, item.role, item.field, builder) }
        if hasIndicators, !indicators.hits.isEmpty {
            for match in indicators.matches() { writeMatch(match, builder) }
        }
        if let label { writeLabel(label.level, label.name, label.value, builder) }
    }

    private func writeAddress(_ endpoint: FieldRoles.Endpoint, _ builder: EventBuilder) {
        let state = endpoints[endpoint.rawValue]
        let wantsSystem = endpoint.hasSystem && !state.hasSystem
        guard let field = state.address, !state.hasLocation || wantsSystem,
            let address = IPAddress(builder.bytes(of: field)), address.isPublic
        else { return }
        let facts = addresses.facts(address)
        // A place of the product's own is left as it is. Where it says the country alone, and the same one, the rest is added.
        if !state.hasLocation, state.country.map({ facts.isIn(builder.bytes(of: $0)) }) ?? true {
            for fact in facts.location where fact.attribute != .country || state.country == nil {
                append(fact, endpoint, builder)
            }
        }
        if wantsSystem {
            for fact in facts.system { append(fact, endpoint, builder) }
        }
    }

    private func append(_ fact: AddressFacts.Fact, _ endpoint: FieldRoles.Endpoint, _ builder: EventBuilder) {
        fact.text.withUnsafeBytes { append(fields.id(endpoint, fact.attribute), $0, fact.attribute.kind, builder) }
    }

    private func writeRow(_ number: Int, _ row: Int, _ role: Int, _ field: Field, _ builder: EventBuilder) {
        let table = snapshot.tables[number]
        beginEnrichment("lookup", role, field, provider: table.provider, builder)
        let columns = fields.columns[number]
        var isEmpty = true
        table.forEachCell(row) { column, kind, text in
            append(columns[column], text, kind, builder)
            isEmpty = false
        }
        // OCSF wants data: that the table has the value is all there is to say.
        if isEmpty { append(fields.list, table.name, builder) }
    }

    private func writeMatch(_ match: IndicatorMatcher.Match, _ builder: EventBuilder) {
        let list = match.list
        let detail = list.details[match.detail]
        let role = roles.role(match.hit.field.id)
        beginEnrichment("indicator", role, match.hit.field, provider: list.provider, builder)
        if !detail.name.isEmpty { append(fields.shortDescription, detail.name, builder) }
        let (kind, key) = (list.table.kind(match.hit.entry), list.table.key(match.hit.entry))
        append(fields.list, list.name, builder)
        append(fields.indicator, IndicatorKind.text(kind, key), builder)
        append(fields.kind, IndicatorKind.name(kind, key), builder)
        if !detail.id.isEmpty { append(fields.id, detail.id, builder) }
        for text in detail.labels { builder.append(fields.labels, derived: text, inArray: true) }
        if let confidence = detail.confidence { builder.append(fields.confidence, derived: "\(confidence)", kind: .integer) }
        if let from = detail.validFrom { builder.append(fields.validFrom, derived: "\(from.milliseconds)", kind: .integer) }
        if let until = detail.validUntil { builder.append(fields.validUntil, derived: "\(until.milliseconds)", kind: .integer) }
    }

    /// The object's beginning: which field, and its value, which stands in the event already.
    private func beginEnrichment(_ type: String, _ role: Int, _ field: Field, provider: String, _ builder: EventBuilder) {
        builder.append(Field(id: fields.element, offset: 0, length: 0, kind: .element, isDerived: true))
        roles.roles[role].path.withUnsafeBytes { append(fields.name, $0, .string, builder) }
        builder.append(
            Field(id: fields.value, offset: Int(field.offset), length: field.length, kind: .string, isDerived: field.isDerived))
        append(fields.type, type, builder)
        append(fields.provider, provider, builder)
    }

    private func writeLabel(_ level: Sensitivity, _ name: String, _ value: Field?, _ builder: EventBuilder) {
        let (id, caption) = level.confidentiality
        builder.append(fields.profiles, derived: "data_classification", inArray: true)
        builder.append(fields.eventLabels, derived: "classification:\(level.rawValue)", inArray: true)
        builder.append(Field(id: fields.classification, offset: 0, length: 0, kind: .element, isDerived: true))
        builder.append(fields.confidentialityID, derived: "\(id)", kind: .integer)
        builder.append(fields.confidentiality, derived: caption)
        append(fields.classifierName, name, builder)
        append(fields.classifierType, value == nil ? "pattern" : "label", builder)
        if let value {
            // A copy: the label stays where the product has it, too.
            builder.derived.reserve(value.length)
            append(fields.classificationUID, builder.bytes(of: value), .string, builder)
        }
    }

    private func append(_ id: FieldID, _ text: String, _ builder: EventBuilder) { builder.append(id, derived: text) }

    private func append(_ id: FieldID, _ text: UnsafeRawBufferPointer, _ kind: FieldKind, _ builder: EventBuilder) {
        let offset = builder.derived.append(text)
        builder.append(Field(id: id, offset: offset, length: text.count, kind: kind, isDerived: true))
    }
}
