import EventModel

// Hot path. Unsafe: `values` and `sources` are valid for `MappingCompiler.maximumOps` entries. Output is written at
// `builder.fields + builder.fieldCount`, within what `reserveFields` has made room for just before.

/// Writes the OCSF fields of one event. Scratch of one lane.
struct EventMapper {
    let collector: SlotCollector
    private let values: UnsafeMutablePointer<Field>
    private let sources: UnsafeMutablePointer<Int32>
    private let identity: IdentityWriter
    private let learner: AliasLearner?
    private let keySeed: (UInt64, UInt64)
    /// The native event type with its scope before it, for looking it up.
    private let scoped = Arena(capacity: 2_048)
    /// Longer scopes and types are not looked up: none is.
    private static let maximumType = 512
    /// The most that `writeCommon` writes: time, classification, product, severity, status, and what the batch has in common.
    private static let maximumCommon = 48

    init(_ mappings: [CompiledMapping], resolver: IdentityResolver, learner: AliasLearner?, keySeed: (UInt64, UInt64)) {
        collector = SlotCollector(mappings)
        values = .allocate(capacity: MappingCompiler.maximumOps)
        sources = .allocate(capacity: MappingCompiler.maximumOps)
        let none = Field(id: .overflow, offset: 0, length: 0, kind: .null)
        values.initialize(repeating: none, count: MappingCompiler.maximumOps)
        sources.initialize(repeating: -1, count: MappingCompiler.maximumOps)
        identity = IdentityWriter(resolver: resolver)
        self.learner = learner
        self.keySeed = keySeed
    }

    func deallocate() {
        collector.deallocate()
        values.deallocate()
        sources.deallocate()
    }

    /// Maps the vendor fields of `row`, which are in the builder, and fills in the row. `common` are fields that every event of
    /// the batch has; `fields` is what the mapping may read, where that is more than the record itself says.
    ///
    /// - Returns: whether the mapping lists the event's type.
    func map(
        _ mapping: CompiledMapping, _ constants: ConstantWriter, _ builder: EventBuilder, _ row: inout EventRow,
        common: [Field], fallbackTime: Timestamp, reading fields: Range<Int>? = nil
    ) -> TypeOutcome {
        let start = fields?.lowerBound ?? Int(row.vendorStart)
        let end = fields?.upperBound ?? Int(row.vendorEnd)
        builder.reserveFields(Self.maximumCommon + MappingCompiler.maximumOps * 2)
        collector.collect(mapping, builder.fields, start, end, raw: builder.raw.base, derived: builder.derived.base)
        var reader = ValueReader(mapping, constants, builder, slots: collector.slots)
        reader.eventType = reader.value(mapping.eventType, .string, .eventCode)?.field
        let time = statedTime(mapping, reader, mapping.time) ?? fallbackTime
        row.time = time

        let listed = reader.eventType.flatMap { planNumber(mapping, reader, $0) }
        let number = listed ?? mapping.defaultPlan
        // The type tells status and severity, whatever the record lacks for its class.
        let stated = mapping.plans[number]
        var plan = stated
        var present = evaluate(plan, reader, constants)
        if !Self.satisfies(present, plan.needs), number != mapping.defaultPlan {
            plan = mapping.plans[mapping.defaultPlan]
            present = evaluate(plan, reader, constants)
        }
        row.classUID = plan.classUID
        // Before anything is appended: the reader's fields may move then.
        // A time of receipt is another one when the event is delivered again.
        let keyTime = time == builder.receivedAt ? Timestamp(microseconds: 0) : time
        row.key = key(mapping, plan, reader, present, keyTime, row.part)
        let status = stated.status >= 0 ? stated.status : Self.word(mapping.status, reader)
        let learned = learn(mapping, plan, reader, present, builder, time, isFailure: status == MappingCompiler.failure)
        row.ocsfStart = UInt32(builder.fieldCount)
        writeCommon(mapping, plan, stated, reader, constants, builder, common, time, status)
        writeValues(mapping, plan, builder, present)
        writeIdentity(mapping, plan, builder, present, learned)
        for each in plan.each { writeEach(each, reader, builder, start, end) }
        row.ocsfEnd = UInt32(builder.fieldCount)
        return listed == nil ? .unlisted(reader.eventType) : .listed
    }

    /// Whether a mapping's lists have an event's type.
    enum TypeOutcome {
        case listed
        /// With the type, if the record has one.
        case unlisted(Field?)
    }

    /// The time that the record states, by the first of the steps that gives one.
    func statedTime(_ mapping: CompiledMapping, _ reader: ValueReader, _ steps: Range<Int32>) -> Timestamp? {
        for step in steps {
            guard case .slot(let slot) = reader.steps[Int(step)], reader.slots[Int(slot)] >= 0 else { continue }
            let field = reader.fields[Int(reader.slots[Int(slot)])]
            guard let stated = reader.timestamp(field) else { continue }
            return mapping.isUTC ? stated : inZone(stated, field, mapping.zone, reader)
        }
        return nil
    }

    /// The instant that a text without a zone means in the product's zone.
    @inline(never)
    private func inZone(_ stated: Timestamp, _ field: Field, _ zone: ZoneOffsets, _ reader: ValueReader) -> Timestamp {
        let text = reader.bytes(field)
        guard field.kind == .string, RFC3339.parse(text) == nil, RFC3339.parseAssumingUTC(text) != nil else { return stated }
        let offset = zone.offset(ofLocal: stated.microseconds / 1_000_000)
        return Timestamp(microseconds: stated.microseconds - Int64(offset) * 1_000_000)
    }

    // MARK: Which plan

    func planNumber(_ mapping: CompiledMapping, _ reader: ValueReader, _ type: Field) -> Int? {
        planNumber(mapping.types, mapping, reader, type)
    }

    /// What `types` says of the record's type, with its scope before it or alone.
    @inline(__always)
    func planNumber(_ types: EventTypes, _ mapping: CompiledMapping, _ reader: ValueReader, _ type: Field) -> Int? {
        let text = reader.bytes(type)
        guard text.count <= Self.maximumType else { return nil }
        if !mapping.eventScope.isEmpty, let scope = reader.value(mapping.eventScope, .string, .eventCode)?.field,
            scope.length <= Self.maximumType
        {
            scoped.setCount(0)
            scoped.append(reader.bytes(scope))
            scoped.append(byte: UInt8(ascii: "/"))
            scoped.append(text)
            return types.plan(for: text, scoped: scoped.slice(0, scoped.count))
        }
        return types.plan(for: text)
    }

    // MARK: Values

    /// Fills `values` and `sources`; answers which are there, as bits, after leaving out objects that would not be valid.
    func evaluate(_ plan: EventPlan, _ reader: ValueReader, _ constants: ConstantWriter) -> UInt128 {
        var present: UInt128 = 0
        var bit: UInt128 = 1
        let ops = plan.ops
        for index in 0..<ops.count {
            let op = ops.base + index
            defer { bit &<<= 1 }
            var steps = op.pointee.steps
            if op.pointee.plainSlot >= 0 {
                let place = reader.slots[Int(op.pointee.plainSlot)]
                if place >= 0, let field = reader.convert(reader.fields[Int(place)], op.pointee.form, op.pointee.id) {
                    values[index] = field
                    sources[index] = place
                    present |= bit
                    continue
                }
                if steps.count == 1 { continue }
                steps = (steps.lowerBound + 1)..<steps.upperBound
            }
            if let found = reader.value(steps, op.pointee.form, op.pointee.id) {
                values[index] = found.field
                sources[index] = found.source
                present |= bit
            }
        }
        for index in 0..<plan.constraints.count {
            let constraint = plan.constraints[index]
            if present & constraint.members != 0, present & constraint.need == 0 { present &= ~constraint.members }
        }
        for index in 0..<plan.fallbacks.count where present & plan.fallbacks[index].members == 0 {
            let fallback = plan.fallbacks[index]
            values[fallback.op] = constants.field(fallback.constant, ops[fallback.op].id, .string)
            sources[fallback.op] = -1
            present |= 1 << UInt128(truncatingIfNeeded: fallback.op)
        }
        return present
    }

    @inline(__always)
    private static func satisfies(_ present: UInt128, _ needs: FrozenBuffer<UInt128>) -> Bool {
        for index in 0..<needs.count where present & needs[index] == 0 { return false }
        return true
    }

    // MARK: Writing

    private func writeCommon(
        _ mapping: CompiledMapping, _ plan: EventPlan, _ stated: EventPlan, _ reader: ValueReader, _ constants: ConstantWriter,
        _ builder: EventBuilder, _ common: [Field], _ time: Timestamp, _ status: Int
    ) {
        var out = builder.fields + builder.fieldCount
        let first = out
        let text = DecimalText.append(time.milliseconds, to: builder.derived)
        out.pointee = Field(id: .time, offset: text.offset, length: text.length, kind: .integer, isDerived: true)
        out += 1
        for index in 0..<plan.fixed.count {
            let fixed = plan.fixed[index]
            out.pointee = constants.field(fixed.constant, fixed.id, fixed.kind, inArray: fixed.inArray)
            out += 1
        }
        var severity = stated.severity >= 0 ? stated.severity : Self.word(mapping.severity, reader)
        // OCSF requires a severity; audit events that do not say are informational.
        if severity < 0 { severity = 1 }
        out[0] = constants.field(mapping.severities[severity].number, .severityID, .integer)
        out[1] = constants.field(mapping.severities[severity].caption, .severity, .string)
        out += 2
        if status >= 0 && plan.hasStatus {
            out[0] = constants.field(mapping.statuses[status].number, .statusID, .integer)
            out[1] = constants.field(mapping.statuses[status].caption, .status, .string)
            out += 2
        }
        for field in common {
            out.pointee = field
            out += 1
        }
        builder.setFieldCount(builder.fieldCount + (out - first))
    }

    static func word(_ rule: CompiledMapping.WordRule, _ reader: ValueReader) -> Int {
        for place in 0..<rule.slots.count {
            let index = reader.slots[Int(rule.slots[place])]
            guard index >= 0, reader.fields[Int(index)].isValue else { continue }
            let field = reader.fields[Int(index)]
            if let word = rule.table.find(reader.bytes(field)) { return word }
            if rule.anyOther >= 0, field.kind != .null, field.length > 0 { return Int(rule.anyOther) }
        }
        return Int(rule.otherwise)
    }

    private func writeValues(_ mapping: CompiledMapping, _ plan: EventPlan, _ builder: EventBuilder, _ present: UInt128) {
        // Every op writes one field and a mark at most, but for lists, which make room for themselves.
        builder.reserveFields(plan.ops.count * 2)
        var out = builder.fields + builder.fieldCount
        var marked = FieldID.overflow
        var element: Int32 = 0
        var rest = present
        while rest != 0 {
            let index = rest.trailingZeroBitCount
            rest &= rest &- 1
            let op = plan.ops.base + index
            if op.pointee.mark != .overflow, op.pointee.mark != marked || op.pointee.element != element {
                out.pointee = Field(id: op.pointee.mark, offset: 0, length: 0, kind: .element, isDerived: true)
                out += 1
                marked = op.pointee.mark
                element = op.pointee.element
            }
            if op.pointee.isList {
                builder.setFieldCount(out - builder.fields)
                writeList(op.pointee, mapping, values[index], Int(sources[index]), collector.slots, builder)
                builder.reserveFields(plan.ops.count * 2)
                out = builder.fields + builder.fieldCount
            } else {
                out.pointee = values[index]
                out += 1
            }
        }
        builder.setFieldCount(out - builder.fields)
    }

    // MARK: Identity and key

    /// Teaches what the event says of accounts, and asks whose account it is where it gives no address.
    private func learn(
        _ mapping: CompiledMapping, _ plan: EventPlan, _ reader: ValueReader, _ present: UInt128, _ builder: EventBuilder,
        _ time: Timestamp, isFailure: Bool
    ) -> [UInt8]? {
        guard let learner, mapping.accounts.count > 0 else { return nil }
        let tenant = isPresent(Int32(plan.tenant), present) ? values[plan.tenant] : nil
        // What an attempt claims that failed is nobody's word.
        if !isFailure { learner.learn(mapping, reader, tenant: tenant, builder, time: time) }
        let ops = plan.identity
        if isPresent(ops.actorEmail, present) { return nil }
        if isPresent(ops.actorUID, present) || isPresent(ops.actorName, present) {
            return learner.find(.actor, mapping, reader, tenant: tenant)
        }
        if isPresent(ops.userEmail, present) { return nil }
        return learner.find(.user, mapping, reader, tenant: tenant)
    }

    private func writeIdentity(
        _ mapping: CompiledMapping, _ plan: EventPlan, _ builder: EventBuilder, _ present: UInt128, _ learned: [UInt8]?
    ) {
        let ops = plan.identity
        if writeIdentity(mapping, builder, present, ops.actorEmail, ops.actorUID, ops.actorName, learned) { return }
        _ = writeIdentity(mapping, builder, present, ops.userEmail, ops.userUID, ops.userName, learned)
    }

    private func writeIdentity(
        _ mapping: CompiledMapping, _ builder: EventBuilder, _ present: UInt128, _ email: Int32, _ uid: Int32, _ name: Int32,
        _ learned: [UInt8]?
    ) -> Bool {
        guard isPresent(email, present) || isPresent(uid, present) || isPresent(name, present) else { return false }
        let length =
            Self.identityReserve + 3 * mapping.namePrefix.count + valueLength(email) + valueLength(uid) + valueLength(name)
        // The texts may stand in the derived bytes, which must not move while they are appended to them.
        builder.derived.reserve(length)
        func text(_ op: Int32) -> UnsafeRawBufferPointer? {
            isPresent(op, present) ? builder.bytes(of: values[Int(op)]) : nil
        }
        guard
            let field = identity.write(
                email: text(email), uid: text(uid), name: text(name), prefix: mapping.namePrefix,
                isGuestKnown: mapping.namesGuests, learned: learned, into: builder.derived)
        else { return false }
        builder.append(field)
        return true
    }

    /// Room for a canonical name of usual length; a longer one is appended when nothing else is read any more.
    private static let identityReserve = 128 + IdentityForms.reserve

    @inline(__always)
    private func isPresent(_ op: Int32, _ present: UInt128) -> Bool {
        op >= 0 && present & (1 << UInt128(truncatingIfNeeded: op)) != 0
    }

    @inline(__always)
    private func valueLength(_ op: Int32) -> Int { op >= 0 ? values[Int(op)].length : 0 }

    private func key(
        _ mapping: CompiledMapping, _ plan: EventPlan, _ reader: ValueReader, _ present: UInt128, _ time: Timestamp,
        _ part: UInt16
    ) -> EventKey {
        var hash = SipHash128(key: keySeed)
        var hasID = false
        for part in mapping.id {
            guard let field = reader.value(part, .string, .originalEventUID)?.field else {
                // The first part of the id is the product's own; without it two events could be taken for one.
                if !hasID { return .none }
                hash.combine(UInt64.max)
                continue
            }
            hasID = true
            hash.combine(reader.bytes(field))
        }
        guard hasID else { return .none }
        mapping.namePrefix.withUnsafeBytes { hash.combine($0) }
        if isPresent(Int32(plan.tenant), present) { hash.combine(reader.bytes(values[plan.tenant])) }
        hash.combine(UInt64(bitPattern: time.microseconds))
        hash.combine(UInt64(part))
        let bits = hash.finish()
        return EventKey(high: bits.high, low: bits.low)
    }
}
