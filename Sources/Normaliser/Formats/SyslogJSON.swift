public import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A decoded frame as one JSON object, for `siemctl syslog decode`.
///
/// It shows what was sent: structured data keeps its escapes, a message its byte order mark. Bytes that are not UTF-8 stand as
/// base64: `raw_b64` in place of `raw`, `{"b64": …}` in place of any other text.
public enum SyslogJSON {
    /// - Parameters:
    ///   - bytes: one frame, without its framing.
    ///   - receivedAt: gives a stamp without a year the year that brings it nearest.
    ///   - zone: local time at the sender, for a stamp without an offset.
    ///   - flaw: what the framer found wrong with the frame, if anything.
    /// - Returns: the object on one line, without a line end.
    public static func text(
        _ bytes: UnsafeRawBufferPointer, receivedAt: Timestamp, zone: ZoneOffsets = .utc, flaw: String? = nil
    ) -> String {
        let frame = SyslogFrame.decode(bytes, receivedAt: receivedAt, zone: zone)
        let clock = SyslogClock(receivedAt: receivedAt, zone: zone)
        var members: [(key: String, value: JSONNode)] = [
            ("format", .string(frame.format.name)),
            ("facility", .int(Int64(frame.facility))),
            ("severity", .int(Int64(frame.severity))),
            ("hostname", optional(frame.hostname, bytes)),
            ("app_name", optional(frame.appName, bytes)),
            ("proc_id", optional(frame.procID, bytes)),
            ("msg_id", optional(frame.msgID, bytes)),
            ("structured_data", structuredData(frame, bytes)),
            ("message", text(messageAsSent(frame), bytes)),
            ("timestamp", stamp(frame, bytes, clock, isUTC: true)),
            ("timestamp_text", stamp(frame, bytes, clock, isUTC: false)),
        ]
        if let payload = payload(frame, bytes) { members.append(payload) }
        if let raw = String(validating: bytes, as: UTF8.self) {
            members.append(("raw", .string(raw)))
        } else {
            members.append(("raw_b64", .string(base64(bytes))))
        }
        var errors = frame.errors.descriptions + (flaw.map { [$0] } ?? [])
        // RFC 5424, section 6.4: what follows a byte order mark must be UTF-8.
        if frame.hasByteOrderMark, String(validating: frame.message.of(bytes), as: UTF8.self) == nil {
            errors.append("the message has a byte order mark, but is not UTF-8")
        }
        members.append(("errors", .array(errors.map { .string($0) })))
        return JSONNode.object(members).text
    }

    private static func text(_ range: ByteRange, _ bytes: UnsafeRawBufferPointer) -> JSONNode {
        let part = range.of(bytes)
        if let text = String(validating: part, as: UTF8.self) { return .string(text) }
        return .object([("b64", .string(base64(part)))])
    }

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> String { Data(bytes).base64EncodedString() }

    private static func optional(_ range: ByteRange, _ bytes: UnsafeRawBufferPointer) -> JSONNode {
        range.isEmpty ? .null : text(range, bytes)
    }

    private static func messageAsSent(_ frame: SyslogFrame) -> ByteRange {
        guard frame.hasByteOrderMark else { return frame.message }
        return ByteRange(from: frame.message.start - 3, to: frame.message.end)
    }

    private static func structuredData(_ frame: SyslogFrame, _ bytes: UnsafeRawBufferPointer) -> JSONNode {
        var elements: [(key: String, value: JSONNode)] = []
        for element in StructuredData.parse(frame.structuredData.of(bytes)).elements {
            var parameters: [(key: String, value: JSONNode)] = []
            for parameter in element.parameters {
                let sameName = element.parameters.filter { $0.name == parameter.name }.map { JSONNode.string($0.text) }
                if parameters.contains(where: { $0.key == parameter.name }) { continue }
                // A name that occurs more than once keeps all of its values (RFC 5424, section 6.3.3).
                parameters.append((parameter.name, sameName.count == 1 ? sameName[0] : .array(sameName)))
            }
            elements.append((element.id, .object(parameters)))
        }
        return .object(elements)
    }

    private static func stamp(
        _ frame: SyslogFrame, _ bytes: UnsafeRawBufferPointer, _ clock: SyslogClock, isUTC: Bool
    ) -> JSONNode {
        guard let base = bytes.baseAddress, let timestamp = frame.timestamp, !frame.timestampText.isEmpty else { return .null }
        let view = SyslogBytes(base: base, count: frame.timestampText.end)
        let start = frame.timestampText.start
        guard let sent = SyslogTimestamp.strict(view, start) ?? SyslogTimestamp.lenient(view, start)
            ?? SyslogTimestamp.epoch(SyslogBytes(base: base, count: bytes.count), start)
        else { return .null }
        if !isUTC { return .string(sent.text(year: sent.resolvedYear(clock))) }
        let microseconds = timestamp.microseconds
        let digits = microseconds % 1_000_000 == 0 ? 0 : microseconds % 1_000 == 0 ? 3 : 6
        return .string(RFC3339.format(timestamp, fractionDigits: digits))
    }
}

// MARK: - CEF and LEEF

extension SyslogJSON {
    private static func payload(
        _ frame: SyslogFrame, _ bytes: UnsafeRawBufferPointer
    ) -> (key: String, value: JSONNode)? {
        let message = frame.message.of(bytes)
        if let cef = CEF(message: message) { return ("cef", object(cef, frame, bytes)) }
        if let leef = LEEF(message: message) { return ("leef", object(leef)) }
        return nil
    }

    /// The extensions stand under their keys as sent, and under their full names of the CEF dictionary; a key with dots also as
    /// objects within objects.
    private static func object(_ cef: CEF, _ frame: SyslogFrame, _ bytes: UnsafeRawBufferPointer) -> JSONNode {
        var extensions = JSONMembers()
        for entry in cef.extensions {
            extensions.set([entry.key], entry.value)
            if let known = CEFDictionary.resolve(entry.key, entry.value) { extensions.set([known.fullName], known.value) }
            let path = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if path.count > 1, path.count <= 8, !path.contains("") { extensions.set(path, entry.value) }
        }
        var members: [(key: String, value: JSONNode)] = [
            ("cefVersion", .int(Int64(cef.version))), ("version", .int(Int64(cef.version))),
            ("deviceVendor", .string(cef.deviceVendor)), ("deviceProduct", .string(cef.deviceProduct)),
            ("deviceVersion", .string(cef.deviceVersion)), ("deviceEventClassId", .string(cef.deviceEventClassID)),
            (
                "device",
                .object([
                    ("vendor", .string(cef.deviceVendor)), ("product", .string(cef.deviceProduct)),
                    ("version", .string(cef.deviceVersion)), ("event_class_id", .string(cef.deviceEventClassID)),
                ])
            ),
            ("name", .string(cef.name)), ("severity", .string(cef.severity)), ("extensions", extensions.node),
        ]
        if let timestamp = frame.timestamp { members.append(("timestamp", .int(timestamp.milliseconds))) }
        if !frame.hostname.isEmpty { members.append(("host", text(frame.hostname, bytes))) }
        return .object(members)
    }

    private static func object(_ leef: LEEF) -> JSONNode {
        var fields = JSONMembers()
        for attribute in leef.attributes { fields.set([attribute.key], attribute.value) }
        return .object([
            ("version", .string(leef.version)), ("vendor", .string(leef.vendor)), ("product", .string(leef.product)),
            ("product_version", .string(leef.productVersion)), ("event_id", .string(leef.eventID)), ("fields", fields.node),
        ])
    }
}

/// Members of an object under construction: the last value set under a path stands.
private struct JSONMembers {
    private indirect enum Member {
        case text(String)
        case members(JSONMembers)
    }

    private var order: [String] = []
    private var members: [String: Member] = [:]

    mutating func set(_ path: [String], _ value: String) {
        let key = path[0]
        if members[key] == nil { order.append(key) }
        if path.count == 1 {
            members[key] = .text(value)
        } else {
            var inner = JSONMembers()
            if case .members(let existing) = members[key] { inner = existing }
            inner.set(Array(path.dropFirst()), value)
            members[key] = .members(inner)
        }
    }

    var node: JSONNode {
        .object(
            order.map { key in
                switch members[key] {
                case .text(let text): (key, .string(text))
                case .members(let inner): (key, inner.node)
                case nil: (key, .null)
                }
            })
    }
}

extension SyslogFrame.Format {
    /// As `siemctl` writes it.
    var name: String {
        switch self {
        case .none: "none"
        case .rfc5424: "rfc5424"
        case .rfc3164: "rfc3164"
        }
    }
}
