package import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `ExportLogsServiceRequest` in protobuf, rewritten in OTLP's JSON form, a record for each log record
/// (https://github.com/open-telemetry/opentelemetry-proto, `logs/v1/logs.proto` and `common/v1/common.proto`):
/// `{"resource":{…},"scope":{…},"logRecord":{…}}`. A body that is a map, or a text that is a JSON object, stands as plain
/// JSON in `event` beside the log record, where the normaliser looks for a product's own record. Fields of later versions are
/// passed over.
package struct OTLPProtobuf {
    /// Lists and maps within each other.
    static let maximumDepth = 24

    private let bytes: UnsafeRawBufferPointer
    private(set) var records: OTLPRecords

    package static func read(
        _ body: Arena, maximumRecordBytes: Int, maximumBytes: Int
    ) throws(FormatError) -> OTLPRecords {
        var reader = OTLPProtobuf(
            bytes: body.slice(0, body.count),
            records: OTLPRecords(maximumRecordBytes: maximumRecordBytes, maximumBytes: maximumBytes))
        try reader.request()
        return reader.records
    }

    private mutating func request() throws(FormatError) {
        var message = ProtobufReader(bytes, 0..<bytes.count)
        while let (field, value) = try message.next() {
            if field == 1, case .bytes(let range) = value { try resourceLogs(range) }
        }
    }

    private mutating func resourceLogs(_ range: Range<Int>) throws(FormatError) {
        var resource: [UInt8] = []
        var schema: Range<Int>?
        var scopes: [Range<Int>] = []
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            guard case .bytes(let part) = value else { continue }
            switch field {
            case 1: resource = try document { (json) throws(FormatError) in try self.resource(part, &json) }
            case 2: scopes.append(part)
            case 3: schema = part
            default: break
            }
        }
        for scope in scopes { try scopeLogs(scope, resource: resource, resourceSchema: schema) }
    }

    private mutating func scopeLogs(
        _ range: Range<Int>, resource: [UInt8], resourceSchema: Range<Int>?
    ) throws(FormatError) {
        var scope: [UInt8] = []
        var schema: Range<Int>?
        var logs: [Range<Int>] = []
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            guard case .bytes(let part) = value else { continue }
            switch field {
            case 1: scope = try document { (json) throws(FormatError) in try self.scope(part, &json) }
            case 2: logs.append(part)
            case 3: schema = part
            default: break
            }
        }
        for log in logs {
            var json = JSONWriter(capacity: 512)
            json.beginObject()
            if !resource.isEmpty { member("resource", resource, &json) }
            text("resourceSchemaUrl", resourceSchema, &json)
            if !scope.isEmpty { member("scope", scope, &json) }
            text("scopeSchemaUrl", schema, &json)
            json.key("logRecord")
            do throws(FormatError) {
                let event = try logRecord(log, &json)
                if let event {
                    json.key("event")
                    try self.event(event, &json)
                }
            } catch where error.reason == Self.tooDeep {
                records.reject(error)
                continue
            }
            json.endObject()
            try records.append(json.bytes, at: log.lowerBound)
        }
    }

    private static let tooDeep = "values nested too deeply"

    private func document(_ write: (inout JSONWriter) throws(FormatError) -> Void) throws(FormatError) -> [UInt8] {
        var json = JSONWriter()
        try write(&json)
        return json.bytes
    }

    private func member(_ name: String, _ document: [UInt8], _ json: inout JSONWriter) {
        json.key(name)
        document.withUnsafeBytes { json.raw($0) }
    }

    private func text(_ name: String, _ range: Range<Int>?, _ json: inout JSONWriter) {
        guard let range, !range.isEmpty else { return }
        json.key(name)
        json.string(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    private func resource(_ range: Range<Int>, _ json: inout JSONWriter) throws(FormatError) {
        json.beginObject()
        try attributes(range, field: 1, &json)
        try count(range, field: 2, &json)
        json.endObject()
    }

    private func scope(_ range: Range<Int>, _ json: inout JSONWriter) throws(FormatError) {
        json.beginObject()
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            guard case .bytes(let part) = value else { continue }
            if field == 1 { text("name", part, &json) }
            if field == 2 { text("version", part, &json) }
        }
        try attributes(range, field: 3, &json)
        try count(range, field: 4, &json)
        json.endObject()
    }

    private func count(_ range: Range<Int>, field wanted: Int, _ json: inout JSONWriter) throws(FormatError) {
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            if field == wanted, case .varint(let count) = value, count > 0 { json.member("droppedAttributesCount", count) }
        }
    }

    /// A body that stands beside its log record.
    private enum Event {
        case map(Range<Int>)
        case object(Range<Int>)
    }

    /// Writes a log record, without its body if that is an event.
    private func logRecord(_ range: Range<Int>, _ json: inout JSONWriter) throws(FormatError) -> Event? {
        json.beginObject()
        var event: Event?
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            switch (field, value) {
            // Numbers of 64 bits are texts in JSON.
            case (1, .fixed64(let time)) where time > 0: json.member("timeUnixNano", "\(time)")
            case (11, .fixed64(let time)) where time > 0: json.member("observedTimeUnixNano", "\(time)")
            case (2, .varint(let number)): json.member("severityNumber", Int32(truncatingIfNeeded: number))
            case (3, .bytes(let part)): text("severityText", part, &json)
            case (12, .bytes(let part)): text("eventName", part, &json)
            case (5, .bytes(let part)):
                event = try self.event(in: part)
                guard event == nil else { continue }
                json.key("body")
                try anyValue(part, &json, depth: 0)
            case (7, .varint(let count)) where count > 0: json.member("droppedAttributesCount", count)
            case (8, .fixed32(let flags)) where flags > 0: json.member("flags", flags)
            case (9, .bytes(let part)) where !part.isEmpty: json.member("traceId", Hex.text(bytes[part]))
            case (10, .bytes(let part)) where !part.isEmpty: json.member("spanId", Hex.text(bytes[part]))
            default: break
            }
        }
        try attributes(range, field: 6, &json)
        json.endObject()
        return event
    }

    private func event(in body: Range<Int>) throws(FormatError) -> Event? {
        switch try alternative(body) {
        case (1, .bytes(let text))?:
            EmbeddedJSON.object(in: UnsafeRawBufferPointer(rebasing: bytes[text])).map {
                .object(text.lowerBound + $0.lowerBound..<text.lowerBound + $0.upperBound)
            }
        case (6, .bytes(let map))?: .map(map)
        default: nil
        }
    }

    private func event(_ event: Event, _ json: inout JSONWriter) throws(FormatError) {
        switch event {
        case .object(let range): json.raw(UnsafeRawBufferPointer(rebasing: bytes[range]))
        case .map(let range): try plainMap(range, &json, depth: 0)
        }
    }

    private func attributes(_ range: Range<Int>, field wanted: Int, _ json: inout JSONWriter) throws(FormatError) {
        var message = ProtobufReader(bytes, range)
        var isOpen = false
        while let (field, value) = try message.next() {
            guard field == wanted, case .bytes(let part) = value else { continue }
            if !isOpen {
                json.key("attributes")
                json.beginArray()
                isOpen = true
            }
            try keyValue(part, &json, depth: 0)
        }
        if isOpen { json.endArray() }
    }

    private func keyValue(_ range: Range<Int>, _ json: inout JSONWriter, depth: Int) throws(FormatError) {
        let (key, content) = try pair(range)
        json.beginObject()
        json.key("key")
        json.string(UnsafeRawBufferPointer(rebasing: bytes[key]))
        if let content {
            json.key("value")
            try anyValue(content, &json, depth: depth)
        }
        json.endObject()
    }

    private func pair(_ range: Range<Int>) throws(FormatError) -> (key: Range<Int>, value: Range<Int>?) {
        var key = range.lowerBound..<range.lowerBound
        var content: Range<Int>?
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            guard case .bytes(let part) = value else { continue }
            if field == 1 { key = part }
            if field == 2 { content = part }
        }
        return (key, content)
    }

    /// The last of the alternatives counts, as protobuf has it for a `oneof`.
    private func alternative(_ range: Range<Int>) throws(FormatError) -> (field: Int, value: ProtobufReader.Value)? {
        var last: (field: Int, value: ProtobufReader.Value)?
        var message = ProtobufReader(bytes, range)
        while let next = try message.next() {
            if (1...7).contains(next.field) { last = next }
        }
        return last
    }

    private func anyValue(_ range: Range<Int>, _ json: inout JSONWriter, depth: Int) throws(FormatError) {
        guard depth < Self.maximumDepth else { throw FormatError(Self.tooDeep, at: range.lowerBound) }
        json.beginObject()
        switch try alternative(range) {
        case (1, .bytes(let part))?:
            json.key("stringValue")
            json.string(UnsafeRawBufferPointer(rebasing: bytes[part]))
        case (2, .varint(let value))?: json.member("boolValue", value != 0)
        case (3, .varint(let value))?: json.member("intValue", "\(Int64(bitPattern: value))")
        case (4, .fixed64(let value))?: double(Double(bitPattern: value), &json)
        case (5, .bytes(let part))?: try list("arrayValue", part, &json) { (item, json) throws(FormatError) in
            try anyValue(item, &json, depth: depth + 1)
        }
        case (6, .bytes(let part))?: try list("kvlistValue", part, &json) { (item, json) throws(FormatError) in
            try keyValue(item, &json, depth: depth + 1)
        }
        case (7, .bytes(let part))?: json.member("bytesValue", Data(bytes[part]).base64EncodedString())
        default: break
        }
        json.endObject()
    }

    /// What JSON has no number for is a text (protobuf's JSON mapping).
    private func double(_ value: Double, _ json: inout JSONWriter) {
        if value.isFinite {
            json.member("doubleValue", value)
        } else {
            json.member("doubleValue", value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity")
        }
    }

    private func list(
        _ name: String, _ range: Range<Int>, _ json: inout JSONWriter,
        _ write: (Range<Int>, inout JSONWriter) throws(FormatError) -> Void
    ) throws(FormatError) {
        json.key(name)
        json.beginObject()
        json.key("values")
        json.beginArray()
        try items(range) { (item) throws(FormatError) in try write(item, &json) }
        json.endArray()
        json.endObject()
    }

    // MARK: - Plain JSON

    private func plainMap(_ range: Range<Int>, _ json: inout JSONWriter, depth: Int) throws(FormatError) {
        json.beginObject()
        try items(range) { (item) throws(FormatError) in
            let (key, value) = try pair(item)
            json.key(UnsafeRawBufferPointer(rebasing: bytes[key]))
            if let value { try plain(value, &json, depth: depth + 1) } else { json.null() }
        }
        json.endObject()
    }

    private func plain(_ range: Range<Int>, _ json: inout JSONWriter, depth: Int) throws(FormatError) {
        guard depth < Self.maximumDepth else { throw FormatError(Self.tooDeep, at: range.lowerBound) }
        switch try alternative(range) {
        case (1, .bytes(let part))?: json.string(UnsafeRawBufferPointer(rebasing: bytes[part]))
        case (2, .varint(let value))?: json.bool(value != 0)
        case (3, .varint(let value))?: json.integer(Int64(bitPattern: value))
        case (4, .fixed64(let value))?: json.number(Double(bitPattern: value))
        case (5, .bytes(let part))?:
            json.beginArray()
            try items(part) { (item) throws(FormatError) in try plain(item, &json, depth: depth + 1) }
            json.endArray()
        case (6, .bytes(let part))?: try plainMap(part, &json, depth: depth)
        case (7, .bytes(let part))?: json.string(Data(bytes[part]).base64EncodedString())
        default: json.null()
        }
    }

    private func items(
        _ range: Range<Int>, _ body: (Range<Int>) throws(FormatError) -> Void
    ) throws(FormatError) {
        var message = ProtobufReader(bytes, range)
        while let (field, value) = try message.next() {
            if field == 1, case .bytes(let item) = value { try body(item) }
        }
    }
}
