import EventModel

/// Makes of a batch the batch that may be stored.
struct PrivacyFilter {
    private let disguise: Disguise
    /// By the product's number.
    private let rules: [PrivacyRules?]
    private let catalog: FieldCatalog

    /// Nil where no product's records are changed.
    init?(_ privacy: Privacy?, products: [String], catalog: FieldCatalog) {
        guard let privacy else { return nil }
        rules = products.map { privacy.rules(for: $0) }
        guard rules.contains(where: { $0 != nil }) else { return nil }
        disguise = privacy.disguise
        self.catalog = catalog
    }

    /// Whether anything may have to be kept back of a source's records.
    /// - Parameter configured: the product that the source is said to be of.
    func concerns(_ configured: Int?) -> Bool { configured.map { rules[$0] != nil } ?? true }

    private enum Outcome {
        case asItIs
        case rewritten([UInt8])
        case withheld
    }

    /// The records without what the rules name; nil if they name nothing of them.
    /// - Parameters:
    ///   - events: what the records were understood as.
    ///   - configured: the product that the source is said to be of. A record of it that is not understood is withheld: nobody
    ///     can tell what it says of whom.
    func filtered(_ records: RecordBatch, _ events: EventBatch, configured: Int?) -> RecordBatch? {
        var outcomes = [Outcome](repeating: .asItIs, count: records.records.count)
        var isChanged = false
        for index in events.rows.indices where events.rows[index].part == 0 {
            let outcome = outcome(events[index], records.records[Int(events.rows[index].record)].flaw, configured)
            if case .asItIs = outcome { continue }
            outcomes[Int(events.rows[index].record)] = outcome
            isChanged = true
        }
        guard isChanged else { return nil }
        let arena = Arena(capacity: records.bytes.count)
        let spans = outcomes.indices.map { index in
            var span = records.records[index]
            let offset: Int
            switch outcomes[index] {
            case .asItIs: offset = arena.append(records.raw(index))
            case .rewritten(let bytes): offset = bytes.withUnsafeBytes { arena.append($0) }
            case .withheld:
                offset = arena.append("\(span.length) bytes withheld")
                span.flaw = .withheld
            }
            span.offset = UInt32(offset)
            span.length = UInt32(arena.count - offset)
            return span
        }
        return RecordBatch(
            source: records.source, receivedAt: records.receivedAt, bytes: arena, records: spans, progress: records.progress)
    }

    private func outcome(_ event: Event, _ flaw: RecordFlaw, _ configured: Int?) -> Outcome {
        let row = event.row
        let known = row.product == ProductCatalog.unknown ? nil : Int(row.product) - 1
        guard flaw == .none, row.state == .normal, let known else {
            return (known ?? configured).flatMap { rules[$0] } == nil ? .asItIs : .withheld
        }
        guard let rules = rules[known] else { return .asItIs }
        let batch = event.batch
        let raw = batch.raw.slice(Int(row.rawOffset), Int(row.rawLength))
        let start = Int(row.bodyOffset) - Int(row.rawOffset)
        let body = start..<(start + Int(row.bodyLength))
        guard body.upperBound <= raw.count else { return .withheld }
        if RecordBody.isJSON(raw, from: body.lowerBound) {
            let json = UnsafeRawBufferPointer(rebasing: raw[body])
            guard let redacted = JSONRedactor.redacted(json, rules, disguise) else { return .withheld }
            if redacted.elementsEqual(json) { return .asItIs }
            return .rewritten(raw[..<body.lowerBound] + redacted + raw[body.upperBound...])
        }
        return text(event, raw, rules)
    }

    /// A record that is text: the values stand in it as they are, or it is withheld.
    private func text(_ event: Event, _ raw: UnsafeRawBufferPointer, _ rules: PrivacyRules) -> Outcome {
        let row = event.row
        var edits = ByteEdits()
        for field in event.batch.fields[Int(row.vendorStart)..<Int(row.vendorEnd)] where field.isValue && field.length > 0 {
            guard let treatment = rules.treatment(ofValueAt: catalog.path(of: field.id)) else { continue }
            let start = Int(field.offset) - Int(row.rawOffset)
            guard !field.isDerived, start >= 0, start + field.length <= raw.count else { return .withheld }
            let value = String(decoding: event.batch.bytes(of: field), as: UTF8.self)
            edits.append(start..<(start + field.length), Array((disguise.text(value, treatment) ?? "-").utf8))
        }
        return edits.isEmpty ? .asItIs : .rewritten(edits.applied(to: raw))
    }
}
