import EventModel

/// The events of a body for `/services/collector/event`: objects one after the other, or in an array
/// (https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector).
/// Each is a record as a whole, so that its time, host and source type are kept beside what they say it of.
enum HECEvents {
    /// - Throws: which event is wrong; none of the body is taken then.
    static func cut(_ body: Arena, maximumRecordBytes: Int) throws(HECError) -> RecordCuts {
        let bytes = body.slice(0, body.count)
        var cuts = RecordCuts(body, maximumRecordBytes: maximumRecordBytes)
        var wrong: HECReply?
        do throws(FormatError) {
            try JSONRecords.values(bytes) { (event) throws(FormatError) in
                if let reply = try Self.flaw(bytes, event) {
                    wrong = reply
                    throw FormatError(reply.text, at: event.lowerBound)
                }
                cuts.append(event)
            }
        } catch {
            throw HECError(reply: wrong ?? .invalidDataFormat, event: cuts.spans.count, detail: error.located(in: bytes))
        }
        guard !cuts.spans.isEmpty else { throw HECError(reply: .noData) }
        return cuts
    }

    private static func flaw(_ bytes: UnsafeRawBufferPointer, _ event: Range<Int>) throws(FormatError) -> HECReply? {
        let members = JSONMembers(bytes, at: event.lowerBound)
        var (content, fields): (Range<Int>?, Range<Int>?)
        try members.forEach { name, value in
            if members.equals(name, "event") { content = value }
            if members.equals(name, "fields") { fields = value }
        }
        guard let content else { return .eventRequired }
        if members.equals(content, "\"\"") || members.equals(content, "null") { return .eventBlank }
        guard let fields else { return nil }
        guard bytes[fields.lowerBound] == UInt8(ascii: "{") else { return .indexedFields }
        // Indexed fields are texts and lists of them, never objects.
        var hasObject = false
        try JSONMembers(bytes, at: fields.lowerBound).forEach { _, value in
            if bytes[value.lowerBound] == UInt8(ascii: "{") { hasObject = true }
        }
        return hasObject ? .indexedFields : nil
    }
}
