public import EventModel
import LocatedYAML

/// Explains single records, by the normaliser that makes the events of the store.
public struct MappingExplainer {
    private let mappings: ProductMappings
    private let normaliser: Normaliser
    private let observer = MappingObserver()
    private let source: Source
    private let receivedAt: Timestamp
    private let document: OCSFDocument

    /// - Parameters:
    ///   - product: a name or alias that `mappings.knows`; nil: tell it from each record.
    ///   - receivedAt: the time of receipt, which stands in `metadata.logged_time`.
    public init(
        mappings: ProductMappings, product: String? = nil, sourceName: String = "siemctl", receivedAt: Timestamp,
        identities: IdentityResolver = IdentityResolver()
    ) {
        self.mappings = mappings
        normaliser = Normaliser(
            mappings: mappings, identities: identities, learned: nil, teachers: nil, keySeed: (0, 0), privacy: nil,
            limits: JSONLimits(), enricher: nil, unknownTypes: nil, observer: observer)
        source = Source(id: 0, name: sourceName, product: product)
        self.receivedAt = receivedAt
        document = OCSFDocument(catalog: mappings.catalog, products: mappings.products)
    }

    /// One explanation for each event of a record, in their order.
    public func explain(_ record: UnsafeRawBufferPointer) -> [MappingExplanation] {
        let arena = Arena(capacity: record.count + 64)
        let span = RecordSpan(offset: UInt32(arena.append(record)), length: UInt32(record.count))
        let batch = normaliser.normalise(RecordBatch(source: source, receivedAt: receivedAt, bytes: arena, records: [span]))
        // A record gives either events of one mapping, or one event of none.
        let entries = observer.take()
        return batch.rows.indices.map { index in
            entries.indices.contains(index) ? explain(batch[index], entries[index]) : unmapped(batch[index])
        }
    }

    // MARK: Events of no mapping

    private func unmapped(_ event: Event) -> MappingExplanation {
        let reason: String
        if event.row.state == .quarantined {
            reason = "it cannot be read: \(event.text(.quarantineError) ?? "")"
        } else if event.vendorFields.isEmpty {
            reason = "it is text without JSON, of which the message is kept"
        } else {
            reason = "its shape is that of no product: no alternative of \"detect\" holds"
        }
        let fields = shown(event).map { field in
            MappingExplanation.Field(
                path: mappings.catalog.path(of: field.id), text: text(field, event), isText: field.kind == .string,
                origin: "the engine", location: nil)
        }
        return explanation(event, .none(reason), nil, fields, [])
    }

    private func explanation(
        _ event: Event, _ maker: MappingExplanation.Maker, _ classification: MappingExplanation.Classification?,
        _ fields: [MappingExplanation.Field], _ refusals: [MappingExplanation.Refusal]
    ) -> MappingExplanation {
        var document = document
        return MappingExplanation(
            maker: maker, classification: classification, fields: fields, values: document.vendorValues(of: event),
            refusals: refusals, document: document.bytes(of: event))
    }

    private func text(_ field: EventModel.Field, _ event: Event) -> String {
        String(decoding: event.batch.bytes(of: field), as: UTF8.self)
    }

    /// The fields that the document shows.
    private func shown(_ event: Event) -> [EventModel.Field] {
        event.ocsfFields.filter { $0.isValue && $0.id != .identity }
    }

    // MARK: Mapped events

    private func explain(_ event: Event, _ entry: MappingObserver.Entry) -> MappingExplanation {
        let mapping = mappings.compiled[entry.product]
        let plan = mapping.plans[entry.trace.plan]
        let alternative = entry.alternative
        let envelope = alternative.flatMap { $0.envelope >= 0 ? mapping.envelopes[$0.envelope].path : nil }
        let maker = MappingExplanation.Maker.product(
            name: mapping.name, title: mapping.origins.product, alternative: alternative.map { mapping.origins.detect[$0.place] },
            envelope: envelope)
        let wanted = entry.trace.wanted.map { mapping.plans[$0].origin }
        let classification = MappingExplanation.Classification(
            type: event.text(.eventCode), entry: entry.trace.type.flatMap { wanted?.types[$0] }, wanted: wanted?.target,
            missing: entry.trace.missing.compactMap { wanted?.needs[$0] }, used: plan.origin.target)
        var walk = FieldOrigins(mapping, plan, entry.trace, event, catalog: mappings.catalog)
        return explanation(event, maker, classification, walk.fields(), refusals(mapping, plan, entry.trace, event))
    }

    private func refusals(
        _ mapping: CompiledMapping, _ plan: EventPlan, _ trace: MappingTrace, _ event: Event
    ) -> [MappingExplanation.Refusal] {
        let refused = trace.refusals.map { refusal in
            let field = event.batch.fields[refusal.field]
            let step = mapping.origins.steps[refusal.step]
            return MappingExplanation.Refusal(
                path: plan.origin.ops[refusal.op].text, source: step.text, text: text(field, event),
                reason: Self.reason(mapping.steps[refusal.step], plan.ops[refusal.op].form, field), location: step.location)
        }
        let omitted = trace.omissions.map { omission in
            let constraint = plan.origin.constraints[omission.constraint]
            let op = plan.origin.ops[omission.op]
            let needs = constraint.members.joined(separator: " or ")
            return MappingExplanation.Refusal(
                path: op.text, source: op.text, text: "",
                reason: "\(constraint.object) needs \(needs), which the record does not give", location: op.location)
        }
        return refused + omitted
    }

    /// Why a step gave nothing of a field that is there.
    private static func reason(_ step: CompiledMapping.Step, _ form: CompiledMapping.Form, _ field: EventModel.Field) -> String {
        switch field.kind {
        case .element: return "a list of objects"
        case .emptyObject: return "an empty object"
        case .emptyArray: return "an empty list"
        case .string where field.length == 0: return "an empty text"
        case .string, .integer, .float, .true, .false, .null: break
        }
        switch step {
        case .lookup: return "none of the words that are translated"
        case .email: return "no e-mail address"
        case .lower, .split, .last, .before, .decoded, .words: if field.kind != .string { return "no text" }
        case .after, .pair, .segment: return "no text with what is looked for"
        case .unless: return "the word that means nothing, or no text"
        case .slot, .constant, .eventType, .present: break
        }
        switch form {
        case .string: return "no text"
        case .email: return "no e-mail address"
        case .ip: return "no IP address"
        case .integer: return "no whole number of at most 18 digits"
        case .port: return "no port number"
        case .float: return "no number"
        case .boolean: return "neither true nor false"
        case .timestamp: return "no time that is understood"
        }
    }
}
