import EventModel

// Hot path. Unsafe: `fields` and `slots` are those of the record being mapped; `raw` is valid as long as the record's batch.

/// Reads the values that steps stand for, from one record. Short-lived: `fields` moves when fields are appended.
struct ValueReader {
    let mapping: CompiledMapping
    let steps: UnsafeMutablePointer<CompiledMapping.Step>
    let fields: UnsafeMutablePointer<Field>
    let slots: UnsafeMutablePointer<Int32>
    let raw: UnsafeMutableRawPointer
    let derived: Arena
    var eventType: Field?
    let constants: ConstantWriter

    init(
        _ mapping: CompiledMapping, _ constants: ConstantWriter, _ builder: EventBuilder, slots: UnsafeMutablePointer<Int32>
    ) {
        self.mapping = mapping
        self.constants = constants
        self.slots = slots
        steps = mapping.steps.base
        fields = builder.fields
        raw = builder.raw.base
        derived = builder.derived
    }

    @inline(__always)
    func bytes(_ field: Field) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: (field.isDerived ? derived.base : raw) + Int(field.offset), count: field.length)
    }

    /// The first value among the steps that has the form. `slot` is the field's index in the record when it is one as it stands.
    func value(_ steps: Range<Int32>, _ form: CompiledMapping.Form, _ id: FieldID) -> (field: Field, source: Int32)? {
        var index = Int(steps.lowerBound)
        let end = Int(steps.upperBound)
        while index < end {
            // Nearly all steps are a plain field.
            if case .slot(let slot) = self.steps[index] {
                let place = slots[Int(slot)]
                if place >= 0, let field = convert(fields[Int(place)], form, id) { return (field, place) }
            } else if let found = value(self.steps[index], form, id) {
                return found
            }
            index += 1
        }
        return nil
    }

    @inline(never)
    private func value(
        _ step: CompiledMapping.Step, _ form: CompiledMapping.Form, _ id: FieldID
    ) -> (field: Field, source: Int32)? {
        switch step {
        case .slot(let slot):
            let index = slots[Int(slot)]
            guard index >= 0, let field = convert(fields[Int(index)], form, id) else { return nil }
            return (field, index)
        case .constant(let number):
            return (constant(number, form, id), -1)
        case .eventType:
            guard let eventType else { return nil }
            return convert(eventType, form, id).map { ($0, -1) }
        case .last(let slot, let separator):
            return part(slot, form, id) { TextParts.last($0, separator: separator) }
        case .before(let slot, let separator):
            return part(slot, form, id) { TextParts.before($0, separator: separator) }
        case .email(let slot):
            return part(slot, form, id) { EmailText.isValid($0) ? 0..<$0.count : nil }
        case .lower(let slot):
            guard let field = text(slot) else { return nil }
            let offset = derived.count
            LowerText.append(bytes(field), to: derived)
            let lowered = Field(id: id, offset: offset, length: field.length, kind: .string, isDerived: true)
            return convert(lowered, form, id).map { ($0, -1) }
        case .decoded(let slot):
            guard let field = text(slot) else { return nil }
            let offset = derived.count
            guard DecodedText.append(bytes(field), to: derived) else { return convert(field, form, id).map { ($0, slots[Int(slot)]) } }
            let decoded = Field(id: id, offset: offset, length: derived.count - offset, kind: .string, isDerived: true)
            return convert(decoded, form, id).map { ($0, -1) }
        case .present(let slot, let number):
            let index = slots[Int(slot)]
            guard index >= 0, fields[Int(index)].kind != .null else { return nil }
            return (constant(number, form, id), -1)
        case .split(let slot, _):
            // The parts are read one by one when the list is written; here it is enough that there are some.
            guard let field = text(slot) else { return nil }
            return (field, slots[Int(slot)])
        case .lookup(let slot, let table):
            let index = slots[Int(slot)]
            guard index >= 0, fields[Int(index)].isValue, let number = mapping.tables[Int(table)].find(bytes(fields[Int(index)]))
            else { return nil }
            return (constant(Int32(number), form, id), -1)
        }
    }

    @inline(__always)
    private func constant(_ number: Int32, _ form: CompiledMapping.Form, _ id: FieldID) -> Field {
        let kind: FieldKind =
            switch form {
            case .string, .email, .ip: .string
            case .integer, .port, .timestamp: .integer
            case .float: .float
            case .boolean: mapping.constants[Int(number)].first == UInt8(ascii: "t") ? .true : .false
            }
        return constants.field(number, id, kind)
    }

    /// The slot's field, if it is a text that is not empty.
    private func text(_ slot: Int32) -> Field? {
        let index = slots[Int(slot)]
        guard index >= 0 else { return nil }
        let field = fields[Int(index)]
        return field.kind == .string && field.length > 0 ? field : nil
    }

    @inline(__always)
    private func part(
        _ slot: Int32, _ form: CompiledMapping.Form, _ id: FieldID, _ range: (UnsafeRawBufferPointer) -> Range<Int>?
    ) -> (field: Field, source: Int32)? {
        guard let field = text(slot), let range = range(bytes(field)), !range.isEmpty else { return nil }
        let part = Field(
            id: id, offset: Int(field.offset) + range.lowerBound, length: range.count, kind: .string,
            isDerived: field.isDerived)
        return convert(part, form, id).map { ($0, -1) }
    }

    /// The field under another name, in the form asked for; nil if its value has not that form, or is null or empty.
    @inline(__always)
    func convert(_ field: Field, _ form: CompiledMapping.Form, _ id: FieldID) -> Field? {
        let kind = field.kind
        switch form {
        case .string:
            guard kind.rawValue <= FieldKind.false.rawValue, field.length > 0 else { return nil }
            return Field(id: id, offset: Int(field.offset), length: field.length, kind: .string, isDerived: field.isDerived)
        case .email, .ip, .timestamp, .integer, .port, .float, .boolean:
            return convertChecked(field, form, id)
        }
    }

    private func convertChecked(_ field: Field, _ form: CompiledMapping.Form, _ id: FieldID) -> Field? {
        let kind = field.kind
        switch form {
        case .string:
            return nil
        case .email:
            guard kind == .string, EmailText.isValid(bytes(field)) else { return nil }
            return Field(id: id, offset: Int(field.offset), length: field.length, kind: .string, isDerived: field.isDerived)
        case .ip:
            guard kind == .string, let range = IPText.address(in: bytes(field)) else { return nil }
            return Field(
                id: id, offset: Int(field.offset) + range.lowerBound, length: range.count, kind: .string,
                isDerived: field.isDerived)
        case .integer, .port:
            guard kind == .integer || kind == .string, Self.isInteger(bytes(field), limit: form == .port ? 65_535 : .max) else {
                return nil
            }
            return Field(id: id, offset: Int(field.offset), length: field.length, kind: .integer, isDerived: field.isDerived)
        case .float:
            guard kind == .integer || kind == .float else { return nil }
            return Field(id: id, offset: Int(field.offset), length: field.length, kind: kind, isDerived: field.isDerived)
        case .boolean:
            let text = bytes(field)
            let isTrue = kind == .true || (kind == .string && text.elementsEqual("true".utf8))
            guard isTrue || kind == .false || (kind == .string && text.elementsEqual("false".utf8)) else { return nil }
            return Field(
                id: id, offset: Int(field.offset), length: field.length, kind: isTrue ? .true : .false,
                isDerived: field.isDerived)
        case .timestamp:
            guard let timestamp = timestamp(field) else { return nil }
            let text = DecimalText.append(timestamp.milliseconds, to: derived)
            return Field(id: id, offset: text.offset, length: text.length, kind: .integer, isDerived: true)
        }
    }

    /// The instant that a field writes.
    func timestamp(_ field: Field) -> Timestamp? {
        switch field.kind {
        case .string: TimeText.parse(bytes(field), isNumber: false)
        case .integer, .float: TimeText.parse(bytes(field), isNumber: true)
        case .true, .false, .null, .element, .emptyObject, .emptyArray: nil
        }
    }

    /// A JSON integer of at most 18 digits, so that every reader takes it for the same number.
    private static func isInteger(_ text: UnsafeRawBufferPointer, limit: Int) -> Bool {
        let sign = text.first == UInt8(ascii: "-") ? 1 : 0
        let digits = text.count - sign
        guard digits >= 1, digits <= 18, digits == 1 || text[sign] != 0x30 else { return false }
        var value = 0
        for index in sign..<text.count {
            guard text[index] &- 0x30 <= 9 else { return false }
            value = value * 10 + Int(text[index] &- 0x30)
        }
        return limit == .max || (sign == 0 && value <= limit)
    }
}
