import EventModel
import Normaliser

/// A frame decoded from text, its parts as text.
struct SyslogSample {
    let bytes: [UInt8]
    let frame: SyslogFrame

    /// 2026-11-24T12:00:00Z
    static let receivedAt = Timestamp(seconds: 1_795_521_600)

    init(_ text: String, receivedAt: Timestamp = SyslogSample.receivedAt, zone: ZoneOffsets = .utc) {
        self.init(bytes: Array(text.utf8), receivedAt: receivedAt, zone: zone)
    }

    init(bytes: [UInt8], receivedAt: Timestamp = SyslogSample.receivedAt, zone: ZoneOffsets = .utc) {
        self.bytes = bytes
        frame = bytes.withUnsafeBytes { SyslogFrame.decode($0, receivedAt: receivedAt, zone: zone) }
    }

    func text(_ range: ByteRange) -> String {
        bytes.withUnsafeBytes { String(decoding: range.of($0), as: UTF8.self) }
    }

    var hostname: String { text(frame.hostname) }
    var appName: String { text(frame.appName) }
    var procID: String { text(frame.procID) }
    var msgID: String { text(frame.msgID) }
    var structuredData: String { text(frame.structuredData) }
    var message: String { text(frame.message) }
    var body: String { bytes.withUnsafeBytes { text(frame.body(in: $0)) } }
    var json: String { bytes.withUnsafeBytes { SyslogJSON.text($0, receivedAt: SyslogSample.receivedAt) } }
    var seconds: Double? { frame.timestamp.map { Double($0.microseconds) / 1_000_000 } }
}
