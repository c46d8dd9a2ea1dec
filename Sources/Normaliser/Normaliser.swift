public import EventModel

// Hot path.

/// Turns raw records into OCSF events: takes a record out of its syslog frame, reads its JSON, tells the product and maps
/// its fields.
///
/// No record is dropped: what cannot be read becomes a quarantined event with the reason, text of no known product becomes a
/// Base Event with the message. One normaliser belongs to one lane and is not safe to share; `ProductMappings` is what lanes
/// share.
public final class Normaliser {
    private let mappings: ProductMappings
    private let scanner: JSONScanner
    private let mapper: EventMapper
    private let constants: [ConstantWriter]
    /// The products that the batch at hand has events of.
    private var mapped: [Int] = []
    private let texts: TextEvents
    private var decoder: TextDecoder
    private let shippers: ShipperEnvelope
    private let enricher: (any EventEnricher)?
    private let unknownTypes: UnknownEventTypes?
    /// Events of the batch at hand whose type their mapping does not list.
    private var sightings: [UnknownEventTypes.Sighting] = []
    /// Is told how each event comes about; nil while events are made for the store.
    private let observer: MappingObserver?
    private let learner: AliasLearner?
    /// One for each product; nil for those whose records hold one event each.
    private let exploders: [Exploder?]
    private let privacy: PrivacyFilter?
    /// Understands records before privacy rules are applied, without learning or telling anything of them.
    private let reader: Normaliser?
    /// The configured product of the sources met, by the source's number; -1 for none.
    private var configured: [Int: Int] = [:]

    /// - Parameters:
    ///   - identities: which names are one person or account.
    ///   - learned: what events have taught of that, and will teach; nil: nothing is learned.
    ///   - teachers: the sources whose events teach; nil: all do.
    ///   - keySeed: a secret of the store, so that nobody can make two different events that pass for one. Two normalisers
    ///     give the same event the same key only if they have the same seed.
    ///   - privacy: what is taken out of records before they become events.
    ///   - limits: bounds on one JSON document.
    ///   - enricher: what adds to mapped events; this normaliser's alone.
    ///   - unknownTypes: counts the events whose type their mapping does not list; made for the same mappings.
    public convenience init(
        mappings: ProductMappings, identities: IdentityResolver = IdentityResolver(), learned: LearnedIdentities? = nil,
        teachers: Set<String>? = nil, keySeed: (UInt64, UInt64) = (0, 0), privacy: Privacy? = nil,
        limits: JSONLimits = JSONLimits(), enricher: (any EventEnricher)? = nil, unknownTypes: UnknownEventTypes? = nil
    ) {
        self.init(
            mappings: mappings, identities: identities, learned: learned, teachers: teachers, keySeed: keySeed, privacy: privacy,
            limits: limits, enricher: enricher, unknownTypes: unknownTypes, observer: nil)
    }

    init(
        mappings: ProductMappings, identities: IdentityResolver, learned: LearnedIdentities?, teachers: Set<String>?,
        keySeed: (UInt64, UInt64), privacy: Privacy?, limits: JSONLimits, enricher: (any EventEnricher)?,
        unknownTypes: UnknownEventTypes?, observer: MappingObserver?
    ) {
        self.mappings = mappings
        self.enricher = enricher
        self.unknownTypes = unknownTypes
        self.observer = observer
        scanner = JSONScanner(catalog: mappings.catalog, limits: limits)
        learner = learned.map { AliasLearner($0, resolver: identities, teachers: teachers) }
        mapper = EventMapper(mappings.compiled, resolver: identities, learner: learner, keySeed: keySeed)
        constants = mappings.compiled.map { ConstantWriter($0) }
        exploders = mappings.compiled.map { $0.explode == .overflow ? nil : Exploder($0.explode, catalog: mappings.catalog) }
        texts = TextEvents(catalog: mappings.catalog)
        decoder = TextDecoder(mappings: mappings, texts: texts)
        shippers = ShipperEnvelope(catalog: mappings.catalog)
        self.privacy = PrivacyFilter(privacy, products: mappings.productNames, catalog: mappings.catalog)
        reader = self.privacy == nil ? nil : Normaliser(mappings: mappings, limits: limits)
    }

    deinit {
        mapper.deallocate()
        decoder.deallocate()
    }

    /// The events of a batch, in the order of its records; at least one for each record.
    public func normalise(_ records: RecordBatch) -> EventBatch {
        let product = configuredProduct(records.source)
        guard let privacy, let reader, privacy.concerns(product) else { return events(of: records) }
        let filtered = privacy.filtered(records, reader.events(of: records), configured: product)
        return events(of: filtered ?? records)
    }

    private func events(of records: RecordBatch) -> EventBatch {
        let builder = EventBuilder(records)
        let common = texts.common(builder)
        enricher?.begin(builder)
        let only = configuredProduct(records.source)
        learner?.begin(records.source)
        for index in records.records.indices { normalise(records, index, builder, common, only) }
        for product in mapped { constants[product].release() }
        mapped.removeAll(keepingCapacity: true)
        if let unknownTypes, !sightings.isEmpty {
            unknownTypes.count(sightings, builder)
            sightings.removeAll(keepingCapacity: true)
        }
        return builder.finish()
    }

    private func configuredProduct(_ source: Source) -> Int? {
        guard let name = source.product else { return nil }
        if let known = configured[source.id] { return known < 0 ? nil : known }
        let number = mappings.number(named: name)
        configured[source.id] = number ?? -1
        return number
    }

    private func normalise(
        _ records: RecordBatch, _ index: Int, _ builder: EventBuilder, _ common: [Field], _ only: Int?
    ) {
        let span = records.records[index]
        var row = EventRow(record: index, raw: span, receivedAt: records.receivedAt)
        let raw = records.raw(index)
        if span.flaw != .none {
            texts.quarantine(span.flaw.explanation, offset: raw.count, builder, &row, common)
            builder.append(row)
            return
        }
        var frame: SyslogFrame?
        var body = RecordBody.start(raw)
        if !RecordBody.isJSON(raw, from: body) {
            let decoded = SyslogFrame.decode(raw, receivedAt: records.receivedAt, zone: records.source.zone)
            let range = decoded.body(in: raw)
            frame = decoded
            body = range.start
            guard RecordBody.isJSON(raw, from: body) else {
                text(decoded, raw, builder, &row, common, only)
                return
            }
            row.bodyLength = UInt32(range.end - body)
        } else {
            row.bodyLength = UInt32(raw.count - body)
        }
        row.bodyOffset = span.offset + UInt32(body)
        scan(raw, body, frame, builder, &row, common, only)
    }

    private func scan(
        _ raw: UnsafeRawBufferPointer, _ body: Int, _ frame: SyslogFrame?, _ builder: EventBuilder, _ row: inout EventRow,
        _ common: [Field], _ only: Int?
    ) {
        row.vendorStart = UInt32(builder.fieldCount)
        do throws(JSONError) {
            try scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
        } catch {
            texts.quarantine(error.description, offset: body + error.offset, builder, &row, common)
            builder.append(row)
            return
        }
        row.vendorEnd = UInt32(builder.fieldCount)
        var found = mappings.detector.detect(builder, Int(row.vendorStart), Int(row.vendorEnd), only: only)
        var shippedAt: Timestamp?
        if let found, found.envelope >= 0 { unwrap(found, builder, &row) }
        if found == nil { (found, shippedAt) = unwrapShipped(builder, &row, only) }
        let fallbackTime = shippedAt ?? frame?.timestamp ?? builder.receivedAt
        guard let product = found?.product ?? only else {
            texts.unknownJSON(frame, raw, builder, &row, common, at: fallbackTime)
            append(&row, builder)
            return
        }
        row.product = UInt16(product + 1)
        observer?.tell(found, product: product)
        if let exploder = exploders[product] {
            let parts = exploder.parts(builder, Int(row.vendorStart), Int(row.vendorEnd))
            if parts.count > 1 {
                for (number, part) in parts.enumerated() {
                    row.part = UInt16(truncatingIfNeeded: number)
                    row.vendorStart = UInt32(part.lowerBound)
                    row.vendorEnd = UInt32(part.upperBound)
                    map(product, frame, raw, builder, &row, common, fallbackTime)
                }
                return
            }
        }
        map(product, frame, raw, builder, &row, common, fallbackTime)
    }

    /// A record that is no JSON: with the fields of the product that reads it, or with its message alone.
    private func text(
        _ frame: SyslogFrame, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow, _ common: [Field],
        _ only: Int?
    ) {
        guard let decoded = decoder.decode(frame, raw, base: Int(row.rawOffset), builder, only: only) else {
            texts.text(frame, raw, builder, &row, common)
            append(&row, builder)
            return
        }
        row.bodyOffset = row.rawOffset + frame.message.offset
        row.bodyLength = frame.message.length
        row.vendorStart = UInt32(decoded.vendor.lowerBound)
        row.vendorEnd = UInt32(decoded.vendor.upperBound)
        row.product = UInt16(decoded.product + 1)
        observer?.tell(nil, product: decoded.product)
        let type = mapper.map(
            mappings.compiled[decoded.product], writer(decoded.product, builder), builder, &row, common: common,
            fallbackTime: frame.timestamp ?? builder.receivedAt, reading: decoded.fields)
        note(type, decoded.product, builder, row)
        for index in decoded.header { builder.append(builder.fields[index]) }
        row.ocsfEnd = UInt32(builder.fieldCount)
        append(&row, builder)
    }

    private func map(
        _ product: Int, _ frame: SyslogFrame?, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow,
        _ common: [Field], _ fallbackTime: Timestamp
    ) {
        let type = mapper.map(
            mappings.compiled[product], writer(product, builder), builder, &row, common: common, fallbackTime: fallbackTime)
        note(type, product, builder, row)
        if let frame {
            texts.appendHeader(frame, raw, base: Int(row.rawOffset), builder)
            row.ocsfEnd = UInt32(builder.fieldCount)
        }
        append(&row, builder)
    }

    /// The product's constants, for this batch. Products that a batch has no event of cost nothing.
    @inline(__always)
    private func writer(_ product: Int, _ builder: EventBuilder) -> ConstantWriter {
        if constants[product].use(builder.derived) { mapped.append(product) }
        return constants[product]
    }

    @inline(__always)
    private func note(_ type: EventMapper.TypeOutcome, _ product: Int, _ builder: EventBuilder, _ row: EventRow) {
        if case .unlisted(let field) = type, unknownTypes != nil {
            sightings.append(UnknownEventTypes.Sighting(product: product, type: field))
        }
        if let observer { observer.tell(mapper.trace(mappings.compiled[product], constants[product], builder, row)) }
    }

    @inline(__always)
    private func append(_ row: inout EventRow, _ builder: EventBuilder) {
        if let enricher { enricher.enrich(builder, &row) }
        builder.append(row)
    }

    /// Goes on with the record within an envelope that may be around any product's, if it is one that is known.
    private func unwrapShipped(
        _ builder: EventBuilder, _ row: inout EventRow, _ only: Int?
    ) -> (found: ProductDetector.Alternative?, shippedAt: Timestamp?) {
        let body = builder.raw.slice(Int(row.bodyOffset), Int(row.bodyLength))
        let inner = ShipperEnvelope.record(in: body)
        let shippedAt = shippers.time(builder, Int(row.vendorStart)..<Int(row.vendorEnd), hasRecord: inner != nil)
        guard let inner else { return (nil, shippedAt) }
        let offset = Int(row.bodyOffset) + inner.lowerBound
        builder.setFieldCount(Int(row.vendorStart))
        let start = Int(row.vendorStart)
        if (try? scanner.scan(offset, inner.count, into: builder)) != nil,  // A part of a document that was accepted.
            let found = mappings.detector.detect(builder, start, builder.fieldCount, only: only), found.envelope < 0 {
            row.bodyOffset = UInt32(offset)
            row.bodyLength = UInt32(inner.count)
            row.vendorEnd = UInt32(builder.fieldCount)
            return (found, shippedAt)
        }
        builder.setFieldCount(Int(row.vendorStart))
        _ = try? scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)  // As before, with the same result.
        row.vendorEnd = UInt32(builder.fieldCount)
        return (nil, shippedAt)
    }

    /// Goes on with the record within a shipper's envelope, as if it alone had come.
    private func unwrap(_ found: ProductDetector.Alternative, _ builder: EventBuilder, _ row: inout EventRow) {
        let envelope = mappings.compiled[found.product].envelopes[found.envelope]
        let body = builder.raw.slice(Int(row.bodyOffset), Int(row.bodyLength))
        guard let inner = envelope.value(in: body) else { return }
        let offset = Int(row.bodyOffset) + inner.lowerBound
        builder.setFieldCount(Int(row.vendorStart))
        do throws(JSONError) {
            try scanner.scan(offset, inner.count, into: builder)
            row.bodyOffset = UInt32(offset)
            row.bodyLength = UInt32(inner.count)
        } catch {
            // A part of a document that was accepted is a document; should the scanner differ, the whole is kept.
            _ = try? scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
        }
        row.vendorEnd = UInt32(builder.fieldCount)
    }
}
