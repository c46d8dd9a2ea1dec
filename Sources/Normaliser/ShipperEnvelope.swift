import EventModel

/// The envelopes that shippers put around records of any product, with the record in `event`: Splunk's HTTP Event Collector
/// (`{"time":1764460800.5,"host":…,"event":{…}}`), and OpenTelemetry's log records as they are stored here
/// (`{"resource":…,"logRecord":{"timeUnixNano":"…"},"event":{…}}`).
struct ShipperEnvelope {
    static let envelope = Envelope(path: "event")

    private let event: FieldID
    /// In the order in which they count.
    private let times: [FieldID]

    init(catalog: FieldCatalog) {
        event = catalog.intern(Self.envelope.path)
        times = ["time", "logRecord.timeUnixNano", "logRecord.observedTimeUnixNano"].map { catalog.intern(FieldCatalog.fold($0)) }
    }

    /// Where the record stands in a document that the scanner has accepted; nil if there is none, or it is no object.
    static func record(in body: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let inner = envelope.value(in: body), body[inner.lowerBound] == UInt8(ascii: "{") else { return nil }
        return inner
    }

    /// When the shipper says that it happened, for records that say nothing of it themselves. Nil where the fields are of no
    /// envelope.
    /// - Parameter hasRecord: there is an object in `event`; else a text must be there.
    func time(_ builder: EventBuilder, _ fields: Range<Int>, hasRecord: Bool) -> Timestamp? {
        var best = times.count
        var found: Timestamp?
        var isEnvelope = hasRecord
        for index in fields {
            let field = builder.fields[index]
            if field.id == event { isEnvelope = true }
            guard let rank = times.firstIndex(of: field.id), rank < best, field.isValue else { continue }
            // Numbers, and the numbers of 64 bits that are texts in OpenTelemetry's JSON.
            guard let time = TimeText.parse(builder.bytes(of: field), isNumber: true) else { continue }
            // A log record is one, whatever its body.
            if rank > 0 { isEnvelope = true }
            best = rank
            found = time
        }
        return isEnvelope ? found : nil
    }
}
