import EventModel

/// Strings of JSON as columns have them.
enum JSONToken {
    /// The text of a string with escapes, in quotes; empty if it is none.
    static func unescaped(_ token: UnsafeRawBufferPointer, _ scanner: JSONScanner) -> [UInt8] {
        let bytes = Arena(capacity: token.count)
        bytes.append(token)
        let builder = EventBuilder(
            RecordBatch(source: Source(id: 0, name: ""), receivedAt: Timestamp(microseconds: 0), bytes: bytes, records: []))
        do {
            try scanner.scan(0, token.count, into: builder)
        } catch {
            // It was scanned before, within its record: it is a string.
            return []
        }
        guard builder.fieldCount == 1 else { return [] }
        return [UInt8](builder.bytes(of: builder.fields[0]))
    }
}
