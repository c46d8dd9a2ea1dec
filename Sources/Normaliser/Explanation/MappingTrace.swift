import EventModel

/// What the mapper did with one record, by the numbers of its tables.
struct MappingTrace {
    /// A value that a step would have taken, had it the form that the attribute asks for.
    struct Refusal {
        var op: Int
        var step: Int
        /// The vendor's field, among the event's.
        var field: Int
    }

    /// An op whose value was left out, since the object that it belongs to would not be valid.
    struct Omission {
        var op: Int
        var constraint: Int
    }

    /// The place of the plan that the event type asks for; nil if it is in none of the file's lists.
    var wanted: Int?
    /// Which of that plan's types it is.
    var type: Int?
    /// The needs of that plan that the record does not meet.
    var missing: [Int] = []
    /// The plan that was used.
    var plan: Int
    /// The steps that gave the values of the event, by op; -1 for an op that stands in for what the record lacks. In the order
    /// of ops.
    var taken: [(op: Int, step: Int)] = []
    var refusals: [Refusal] = []
    /// The vendor's words that were translated, by step.
    var words: [Int: String] = [:]
    var omissions: [Omission] = []
    /// The step that gave the time; nil if the record has none that can be read.
    var timeStep: Int?
    var status: WordTrace?
    var severity: WordTrace?

    /// How a word of ours follows from a record.
    enum WordTrace {
        /// The vendor's word at the path of that number.
        case word(path: Int, text: String)
        case otherwise
    }
}

extension EventMapper {
    /// How `map` came to the event that it has just made of the row's record, found by the same steps, one at a time.
    func trace(
        _ mapping: CompiledMapping, _ constants: ConstantWriter, _ builder: EventBuilder, _ row: EventRow
    ) -> MappingTrace {
        // The slots are those of the record that was mapped last.
        var reader = ValueReader(mapping, constants, builder, slots: collector.slots)
        reader.eventType = reader.value(mapping.eventType, .string, .eventCode)?.field
        let wanted = reader.eventType.flatMap { planNumber(mapping, reader, $0) }
        var trace = MappingTrace(wanted: wanted, plan: wanted ?? mapping.defaultPlan)
        if let wanted, let type = reader.eventType { trace.type = typeNumber(mapping, wanted, reader, type) }
        var present = evaluate(mapping.plans[trace.plan], reader, constants)
        let needs = mapping.plans[trace.plan].needs
        trace.missing = (0..<needs.count).filter { present & needs[$0] == 0 }
        if !trace.missing.isEmpty, trace.plan != mapping.defaultPlan {
            trace.plan = mapping.defaultPlan
            present = evaluate(mapping.plans[trace.plan], reader, constants)
        }
        let plan = mapping.plans[trace.plan]
        for op in 0..<plan.ops.count { follow(plan, op, reader, isPresent: present & (1 << UInt128(op)) != 0, present, &trace) }
        trace.timeStep = mapping.time.map(Int.init).first { step in
            statedTime(mapping, reader, Int32(step)..<Int32(step + 1)) != nil
        }
        trace.status = Self.follow(mapping.status, reader)
        trace.severity = Self.follow(mapping.severity, reader)
        return trace
    }

    /// Which of the plan's types it is: looked up as the plan itself is.
    private func typeNumber(_ mapping: CompiledMapping, _ plan: Int, _ reader: ValueReader, _ type: Field) -> Int? {
        let types = EventTypes(mapping.plans[plan].origin.types.enumerated().map { ($1.text, $0) })
        return planNumber(types, mapping, reader, type)
    }

    /// Takes the steps of one op until one gives a value.
    private func follow(
        _ plan: EventPlan, _ number: Int, _ reader: ValueReader, isPresent: Bool, _ present: UInt128, _ trace: inout MappingTrace
    ) {
        let op = plan.ops[number]
        var taken: Int?
        for step in op.steps.map(Int.init) {
            if reader.value(Int32(step)..<Int32(step + 1), op.form, op.id) != nil {
                taken = step
                if case .lookup(let slot, _) = reader.steps[step] { trace.words[step] = Self.text(slot, reader) }
                break
            }
            if let slot = reader.steps[step].slot, reader.slots[Int(slot)] >= 0 {
                let field = Int(reader.slots[Int(slot)])
                if reader.fields[field].kind != .null {
                    trace.refusals.append(MappingTrace.Refusal(op: number, step: step, field: field))
                }
            }
        }
        if isPresent {
            trace.taken.append((number, taken ?? -1))
        } else if taken != nil {
            let bit: UInt128 = 1 << UInt128(number)
            let constraint = (0..<plan.constraints.count).first {
                plan.constraints[$0].members & bit != 0 && present & plan.constraints[$0].need == 0
            }
            if let constraint { trace.omissions.append(MappingTrace.Omission(op: number, constraint: constraint)) }
        }
    }

    private static func text(_ slot: Int32, _ reader: ValueReader) -> String {
        String(decoding: reader.bytes(reader.fields[Int(reader.slots[Int(slot)])]), as: UTF8.self)
    }

    private static func follow(_ rule: CompiledMapping.WordRule, _ reader: ValueReader) -> MappingTrace.WordTrace? {
        for (place, slot) in rule.slots.enumerated() {
            var one = rule
            one.slots = [slot]
            one.otherwise = -1
            guard word(one, reader) >= 0 else { continue }
            return .word(path: place, text: text(slot, reader))
        }
        return rule.otherwise >= 0 ? .otherwise : nil
    }
}

extension CompiledMapping.Step {
    /// The slot that the step reads, if it reads one.
    var slot: Int32? {
        switch self {
        case .slot(let slot), .last(let slot, _), .before(let slot, _), .after(let slot, _), .unless(let slot, _),
            .email(let slot), .lower(let slot), .decoded(let slot), .pair(let slot, _), .segment(let slot, _),
            .words(let slot, _),
            .present(let slot, _), .split(let slot, _),
            .lookup(let slot, _):
            slot
        case .constant, .eventType: nil
        }
    }
}
