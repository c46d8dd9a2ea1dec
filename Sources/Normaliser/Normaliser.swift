public import EventModel

// Hot path.

/// Turns raw records into OCSF events: takes a record out of its syslog frame, reads its JSON, tells the product and maps
/// its fields.
///
/// No record is dropped: what cannot be read becomes a quarantined event with the reason, text becomes a Base Event with the
/// message. One normaliser belongs to one lane and is not safe to share; `ProductMappings` is what lanes share.
public final class Normaliser {
    private let mappings: ProductMappings
    private let scanner: JSONScanner
    private let mapper: EventMapper
    private let constants: [ConstantWriter]
    private let texts: TextEvents
    private let shippers: ShipperEnvelope
    private let learner: AliasLearner?
    /// One for each product; nil for those whose records hold one event each.
    private let exploders: [Exploder?]
    /// The configured product of the sources met, by the source's number; -1 for none.
    private var configured: [Int: Int] = [:]

    /// - Parameters:
    ///   - identities: which names are one person or account.
    ///   - learned: what events have taught of that, and will teach; nil: nothing is learned.
    ///   - teachers: the sources whose events teach; nil: all do.
    ///   - keySeed: a secret of the store, so that nobody can make two different events that pass for one. Two normalisers
    ///     give the same event the same key only if they have the same seed.
    ///   - limits: bounds on one JSON document.
    public init(
        mappings: ProductMappings, identities: IdentityResolver = IdentityResolver(), learned: LearnedIdentities? = nil,
        teachers: Set<String>? = nil, keySeed: (UInt64, UInt64) = (0, 0), limits: JSONLimits = JSONLimits()
    ) {
        self.mappings = mappings
        scanner = JSONScanner(catalog: mappings.catalog, limits: limits)
        learner = learned.map { AliasLearner($0, resolver: identities, teachers: teachers) }
        mapper = EventMapper(mappings.compiled, resolver: identities, learner: learner, keySeed: keySeed)
        constants = mappings.compiled.map { ConstantWriter($0) }
        exploders = mappings.compiled.map { $0.explode == .overflow ? nil : Exploder($0.explode, catalog: mappings.catalog) }
        texts = TextEvents(catalog: mappings.catalog)
        shippers = ShipperEnvelope(catalog: mappings.catalog)
    }

    deinit { mapper.deallocate() }

    /// The events of a batch, in the order of its records; at least one for each record.
    public func normalise(_ records: RecordBatch) -> EventBatch {
        let builder = EventBuilder(records)
        let common = texts.common(builder)
        let only = configuredProduct(records.source)
        learner?.begin(records.source)
        for constant in constants { constant.use(builder.derived) }
        for index in records.records.indices { normalise(records, index, builder, common, only) }
        for constant in constants { constant.release() }
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
                texts.text(decoded, raw, builder, &row, common)
                builder.append(row)
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
            builder.append(row)
            return
        }
        row.product = UInt16(product + 1)
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

    private func map(
        _ product: Int, _ frame: SyslogFrame?, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow,
        _ common: [Field], _ fallbackTime: Timestamp
    ) {
        mapper.map(
            mappings.compiled[product], constants[product], builder, &row, common: common,
            fallbackTime: fallbackTime)
        if let frame {
            texts.appendHeader(frame, raw, base: Int(row.rawOffset), builder)
            row.ocsfEnd = UInt32(builder.fieldCount)
        }
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
        guard let inner = Envelope.value(of: envelope.key, in: body) else { return }
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
