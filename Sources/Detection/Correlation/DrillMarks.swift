public import EventModel

/// Tells events of drills from all others: by the text `drill-<id>` in the record, received while the drill of that id runs or
/// soon after.
public struct DrillMarks: Sendable, Equatable {
    private static let prefix = Array(StoredDrill.markPrefix.utf8)
    /// Letters and digits of an id that are read: longer ones are none.
    private static let maximumID = 32

    /// Records that were held up on their way are still the drill's; so long nobody else has come by its id.
    private static let grace: Int64 = 3_600_000_000

    private var spans: [String: ClosedRange<Timestamp>] = [:]

    public init(_ drills: [StoredDrill] = []) {
        for drill in drills where drill.startedAt <= drill.endsAt {
            spans[drill.id] = drill.startedAt...(drill.endsAt + Self.grace)
        }
    }

    public var isEmpty: Bool { spans.isEmpty }

    /// Whether a record received at that time may be of a drill at all.
    func mayHold(_ received: Timestamp) -> Bool { spans.values.contains { $0.contains(received) } }

    /// Whether a record carries the mark of a drill.
    public func isMarked(_ record: UnsafeRawBufferPointer, receivedAt: Timestamp) -> Bool {
        id(in: record, receivedAt: receivedAt) != nil
    }

    /// The id of the drill that a record carries the mark of; nil if it is of none. The text is that of `record`.
    func id(in record: UnsafeRawBufferPointer, receivedAt: Timestamp) -> UnsafeRawBufferPointer? {
        let prefix = Self.prefix
        var start = 0
        while start + prefix.count <= record.count {
            guard record[start] == prefix[0],
                UnsafeRawBufferPointer(rebasing: record[start..<(start + prefix.count)]).elementsEqual(prefix)
            else {
                start += 1
                continue
            }
            start += prefix.count
            var end = start
            while end < record.count, end - start <= Self.maximumID, Self.isOfID(record[end]) { end += 1 }
            let id = UnsafeRawBufferPointer(rebasing: record[start..<end])
            if spans[String(decoding: id, as: UTF8.self)]?.contains(receivedAt) ?? false { return id }
        }
        return nil
    }

    private static func isOfID(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) }
}
