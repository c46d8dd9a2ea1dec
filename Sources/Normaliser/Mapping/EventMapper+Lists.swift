import EventModel

// Hot path.

/// Attributes that are lists of scalars.
extension EventMapper {
    /// Parts of one text that become list members; more of them are left to `unmapped`.
    private static let maximumParts = 256

    /// Writes all scalars of a vendor's list, or the parts of a text, or one value alone.
    ///
    /// - Parameter source: the index of the vendor's field that gave `value`; -1 if it is computed.
    func writeList(
        _ op: CompiledMapping.FieldOp, _ mapping: CompiledMapping, _ value: Field, _ source: Int,
        _ slots: UnsafeMutablePointer<Int32>, _ builder: EventBuilder
    ) {
        guard source >= 0 else {
            builder.append(Self.inList(value))
            return
        }
        let field = builder.fields[source]
        for step in op.steps {
            guard case .split(let slot, let separator) = mapping.steps[Int(step)], Int(slots[Int(slot)]) == source else {
                continue
            }
            writeParts(op, field, separator, builder)
            return
        }
        builder.append(Self.inList(value))
        guard field.inArray, op.form == .string else { return }
        // The scalars of one list stand side by side. Their end is the end of the record's fields at the latest.
        var next = source + 1
        let end = builder.fieldCount
        while next < end, builder.fields[next].id == field.id, builder.fields[next].inArray {
            let more = builder.fields[next]
            if more.kind.rawValue <= FieldKind.false.rawValue, more.length > 0 {
                builder.append(
                    Field(
                        id: op.id, offset: Int(more.offset), length: more.length, kind: .string, isDerived: more.isDerived,
                        inArray: true))
            }
            next += 1
        }
    }

    private func writeParts(_ op: CompiledMapping.FieldOp, _ field: Field, _ separator: UInt8, _ builder: EventBuilder) {
        var parts = SplitText(builder.bytes(of: field), separator: separator)
        var count = 0
        while count < Self.maximumParts, let part = parts.next() {
            count += 1
            let text = UnsafeRawBufferPointer(rebasing: builder.bytes(of: field)[part])
            guard let valid = Self.valid(text, op.form) else { continue }
            builder.append(
                Field(
                    id: op.id, offset: Int(field.offset) + part.lowerBound + valid.lowerBound, length: valid.count, kind: .string,
                    isDerived: field.isDerived, inArray: true))
        }
    }

    /// What of a part is of the attribute's type.
    private static func valid(_ text: UnsafeRawBufferPointer, _ form: CompiledMapping.Form) -> Range<Int>? {
        switch form {
        case .ip: IPText.address(in: text)
        case .email: EmailText.isValid(text) ? 0..<text.count : nil
        case .string, .integer, .port, .float, .boolean, .timestamp: 0..<text.count
        }
    }

    private static func inList(_ field: Field) -> Field {
        Field(
            id: field.id, offset: Int(field.offset), length: field.length, kind: field.kind, isDerived: field.isDerived,
            inArray: true)
    }
}
