import EventModel
import Glibc
public import Logging

/// Writes one line a log statement to standard error: for people (`text`), or one JSON object (`json`).
///
/// Metadata values are escaped, so that what a sender wrote cannot forge a line.
public struct LineLogHandler: LogHandler {
    public enum Format: String, Sendable, CaseIterable { case text, json }

    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let format: Format

    public init(label: String, level: Logger.Level, format: Format) {
        self.label = label
        logLevel = level
        self.format = format
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let time = RFC3339.format(.now(), fractionDigits: 3)
        var line: String
        switch format {
        case .text:
            line = "\(time) \(event.level.rawValue) \(label): \(Self.escaped("\(event.message)"))"
            for (key, value) in all { line += " \(key)=\(Self.quoted("\(value)"))" }
        case .json:
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("time", time)
            writer.member("level", event.level.rawValue)
            writer.member("logger", label)
            writer.member("message", "\(event.message)")
            for (key, value) in all { writer.member(key, "\(value)") }
            writer.endObject()
            line = writer.text
        }
        line += "\n"
        line.withUTF8 { bytes in
            // One call a line keeps lines of several threads apart. Nobody is left to tell if it fails.
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    private static func escaped(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    private static func quoted(_ text: String) -> String {
        let plain = escaped(text)
        guard plain.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) || plain.isEmpty else { return plain }
        return "\"" + plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
