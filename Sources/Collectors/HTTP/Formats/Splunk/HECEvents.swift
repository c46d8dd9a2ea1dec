package import EventModel

/// The events of a body for `/services/collector/event`: objects one after the other, or in an array
/// (https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/format-events-for-http-event-collector).
/// Each is a record as a whole, so that its time, host and source type are kept beside what they say it of, and byte for byte,
/// but for an `event` that is a string which holds a JSON object: the object stands there itself.
package enum HECEvents {
    /// - Throws: which event is wrong; none of the body is taken then.
    package static func cut(_ body: Arena, maximumRecordBytes: Int) throws(HECError) -> RecordCuts {
        let bytes = body.slice(0, body.count)
        var cuts = RecordCuts(body, maximumRecordBytes: maximumRecordBytes)
        var wrong: HECReply?
        var rewritten: [(index: Int, record: [UInt8])] = []
        do throws(FormatError) {
            try JSONRecords.values(bytes) { (event) throws(FormatError) in
                let members = JSONMembers(bytes, at: event.lowerBound)
                var (content, fields): (Range<Int>?, Range<Int>?)
                try members.forEach { name, value in
                    if members.equals(name, "event") { content = value }
                    if members.equals(name, "fields") { fields = value }
                }
                if let reply = try Self.flaw(members, content, fields) {
                    wrong = reply
                    throw FormatError(reply.text, at: event.lowerBound)
                }
                if let content, bytes[content.lowerBound] == UInt8(ascii: "\""),
                    let object = EmbeddedJSON.object(inString: content, of: members) {
                    let head = Array(bytes[event.lowerBound..<content.lowerBound]) + object
                    rewritten.append((cuts.spans.count, head + bytes[content.upperBound..<event.upperBound]))
                }
                cuts.append(event)
            }
        } catch {
            throw HECError(reply: wrong ?? .invalidDataFormat, event: cuts.spans.count, detail: error.located(in: bytes))
        }
        guard !cuts.spans.isEmpty else { throw HECError(reply: .noData) }
        for (index, record) in rewritten { cuts.replace(index, by: record) }
        return cuts
    }

    private static func flaw(
        _ members: JSONMembers, _ content: Range<Int>?, _ fields: Range<Int>?
    ) throws(FormatError) -> HECReply? {
        let bytes = members.bytes
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
