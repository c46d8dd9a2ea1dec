import EventModel

/// Events that no mapping makes: text, JSON of no known product, and records that cannot be read.
struct TextEvents {
    private let version: FieldID
    private let loggedTime: FieldID
    private let syslogError: FieldID
    private static let base = EventClass.baseEvent

    init(catalog: FieldCatalog) {
        version = catalog.intern("metadata.version")
        loggedTime = catalog.intern("metadata.logged_time")
        syslogError = catalog.intern("syslog.error")
    }

    /// What every event of a batch has: who delivered it, and when it came.
    func common(_ builder: EventBuilder) -> [Field] {
        let derived = builder.derived
        let name = derived.append(builder.source.name)
        let provider = Field(id: .logProvider, offset: name, length: derived.count - name, kind: .string, isDerived: true)
        let time = DecimalText.append(builder.receivedAt.milliseconds, to: derived)
        let logged = Field(id: loggedTime, offset: time.offset, length: time.length, kind: .integer, isDerived: true)
        return provider.length > 0 ? [provider, logged] : [logged]
    }

    /// A record that is text: its message, and the header it came with.
    func text(
        _ frame: SyslogFrame, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow, _ common: [Field]
    ) {
        row.bodyOffset = row.rawOffset + frame.message.offset
        row.bodyLength = frame.message.length
        begin(frame, raw, builder, &row, common)
        if !frame.message.isEmpty {
            builder.append(
                Field(id: .message, offset: Int(row.bodyOffset), length: Int(row.bodyLength), kind: .string))
        }
        appendHeader(frame, raw, base: Int(row.rawOffset), builder)
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    /// JSON of no product that is known: its own fields stay searchable.
    func unknownJSON(
        _ frame: SyslogFrame?, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow, _ common: [Field],
        at time: Timestamp
    ) {
        begin(frame, raw, builder, &row, common, at: time)
        if let frame { appendHeader(frame, raw, base: Int(row.rawOffset), builder) }
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    /// A record that cannot be what its sender meant.
    ///
    /// - Parameter offset: the byte of the record at which it goes wrong.
    func quarantine(
        _ reason: String, offset: Int, _ builder: EventBuilder, _ row: inout EventRow, _ common: [Field]
    ) {
        row.state = .quarantined
        row.vendorStart = UInt32(builder.fieldCount)
        row.vendorEnd = row.vendorStart
        begin(nil, UnsafeRawBufferPointer(start: nil, count: 0), builder, &row, common)
        builder.append(.message, derived: reason)
        builder.append(.quarantineError, derived: reason)
        builder.append(.quarantineOffset, derived: String(offset), kind: .integer)
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    /// The classification of a Base Event, its time and its severity.
    private func begin(
        _ frame: SyslogFrame?, _ raw: UnsafeRawBufferPointer, _ builder: EventBuilder, _ row: inout EventRow, _ common: [Field],
        at shippedAt: Timestamp? = nil
    ) {
        let time = shippedAt ?? frame?.timestamp ?? builder.receivedAt
        let severity = frame.map { $0.hasPriority ? Self.severity($0.severity) : (0, "Unknown") } ?? (0, "Unknown")
        row.time = time
        row.classUID = Self.base.uid
        row.ocsfStart = UInt32(builder.fieldCount)
        builder.append(.time, derived: String(time.milliseconds), kind: .integer)
        builder.append(.classUID, derived: "0", kind: .integer)
        builder.append(.className, derived: Self.base.caption)
        builder.append(.categoryUID, derived: "0", kind: .integer)
        builder.append(.categoryName, derived: Self.base.categoryName)
        builder.append(.activityID, derived: "0", kind: .integer)
        builder.append(.activityName, derived: "Unknown")
        builder.append(.typeUID, derived: "0", kind: .integer)
        builder.append(.typeName, derived: "Base Event: Unknown")
        builder.append(.severityID, derived: String(severity.0), kind: .integer)
        builder.append(.severity, derived: severity.1)
        builder.append(version, derived: OCSFVersions.written)
        builder.append(.productName, derived: "Unknown")
        for field in common { builder.append(field) }
        if let frame, !frame.timestampText.isEmpty {
            let base = Int(row.rawOffset)
            builder.append(
                Field(
                    id: .originalTime, offset: base + frame.timestampText.start, length: Int(frame.timestampText.length),
                    kind: .string))
        }
    }

    /// The header's fields under our own names. `base` is where the record stands in the batch's bytes.
    func appendHeader(_ frame: SyslogFrame, _ raw: UnsafeRawBufferPointer, base: Int, _ builder: EventBuilder) {
        func append(_ id: FieldID, _ range: ByteRange) {
            if range.isEmpty { return }
            builder.append(Field(id: id, offset: base + range.start, length: Int(range.length), kind: .string))
        }
        append(.syslogHostname, frame.hostname)
        append(.syslogAppName, frame.appName)
        append(.syslogProcID, frame.procID)
        append(.syslogMsgID, frame.msgID)
        let broken = frame.errors.subtracting(.claimingNothing)
        if !broken.isEmpty {
            builder.append(syslogError, derived: broken.descriptions.joined(separator: "; "))
        }
        guard frame.hasPriority else { return }
        let facility = DecimalText.append(Int64(frame.facility), to: builder.derived)
        builder.append(
            Field(id: .syslogFacility, offset: facility.offset, length: facility.length, kind: .integer, isDerived: true))
        let severity = DecimalText.append(Int64(frame.severity), to: builder.derived)
        builder.append(
            Field(id: .syslogSeverity, offset: severity.offset, length: severity.length, kind: .integer, isDerived: true))
    }

    /// OCSF's severity of a syslog severity (RFC 5424, table 2).
    private static func severity(_ syslog: UInt8) -> (Int, String) {
        switch syslog {
        case 0: (6, "Fatal")
        case 1, 2: (5, "Critical")
        case 3: (4, "High")
        case 4: (3, "Medium")
        case 5: (2, "Low")
        default: (1, "Informational")
        }
    }
}
