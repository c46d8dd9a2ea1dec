import EventModel

/// `ExportLogsServiceRequest` in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): as with protobuf a
/// record for each log record, made of the very bytes that were sent.
/// A body that is a map or a JSON object becomes `event`, as there.
enum OTLPJSON {
    static func read(
        _ body: Arena, maximumRecordBytes: Int, maximumBytes: Int
    ) throws(FormatError) -> OTLPRecords {
        let bytes = body.slice(0, body.count)
        var records = OTLPRecords(maximumRecordBytes: maximumRecordBytes, maximumBytes: maximumBytes)
        do throws(FormatError) {
            let grammar = JSONGrammar(bytes)
            let start = grammar.skipSpace(0)
            let end = try JSONMembers(bytes, at: start).forEach { _, _ in }
            guard grammar.skipSpace(end) == bytes.count else { throw FormatError("bytes after the object", at: end) }
            try each(bytes, start, "resourceLogs") { (resourceLogs) throws(FormatError) in
                let outer = JSONMembers(bytes, at: resourceLogs)
                let resource = try outer.value("resource")
                let resourceSchema = try outer.value("schemaUrl")
                try each(bytes, resourceLogs, "scopeLogs") { (scopeLogs) throws(FormatError) in
                    let inner = JSONMembers(bytes, at: scopeLogs)
                    let scope = try inner.value("scope")
                    let scopeSchema = try inner.value("schemaUrl")
                    try each(bytes, scopeLogs, "logRecords") { (log) throws(FormatError) in
                        var json = JSONWriter(capacity: 512)
                        json.beginObject()
                        for (name, value) in [
                            ("resource", resource), ("resourceSchemaUrl", resourceSchema), ("scope", scope),
                            ("scopeSchemaUrl", scopeSchema),
                        ] {
                            guard let value else { continue }
                            json.key(name)
                            json.raw(UnsafeRawBufferPointer(rebasing: bytes[value]))
                        }
                        try logRecord(bytes, log..<(try grammar.valueEnd(log)), &json)
                        json.endObject()
                        try records.append(json.bytes, at: log)
                    }
                }
            }
        } catch {
            throw error.located(in: bytes)
        }
        return records
    }

    private static func logRecord(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ json: inout JSONWriter
    ) throws(FormatError) {
        let members = JSONMembers(bytes, at: range.lowerBound)
        var bodies: [Range<Int>] = []
        try members.forEach { name, value in
            if members.equals(name, "body") { bodies.append(value) }
        }
        json.key("logRecord")
        guard bodies.count == 1, let body = bodies.first, let event = try OTLPValue(bytes, body).event() else {
            json.raw(UnsafeRawBufferPointer(rebasing: bytes[range]))
            return
        }
        json.beginObject()
        try members.forEach { name, value in
            if members.equals(name, "body") { return }
            json.rawKey(UnsafeRawBufferPointer(rebasing: bytes[name]))
            json.raw(UnsafeRawBufferPointer(rebasing: bytes[value]))
        }
        json.endObject()
        json.key("event")
        event.withUnsafeBytes { json.raw($0) }
    }

    /// Where each object of the list `name` of the object at `start` stands; no such list is an empty one.
    private static func each(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ name: StaticString, _ body: (Int) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard let list = try JSONMembers(bytes, at: start).value(name) else { return }
        try JSONMembers.elements(bytes, at: list.lowerBound) { (element) throws(FormatError) in
            guard bytes[element.lowerBound] == UInt8(ascii: "{") else {
                throw FormatError("each of \"\(name)\" must be an object", at: element.lowerBound)
            }
            try body(element.lowerBound)
        }
    }
}
