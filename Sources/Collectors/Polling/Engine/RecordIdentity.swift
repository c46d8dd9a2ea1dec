import COpenSSL
package import EventModel

/// The 128 bits by which a record is recognised when it is given again: a cut SHA-256 of what the description calls its id.
package enum RecordIdentity {
    /// - Parameters:
    ///   - id: values that two copies of a record share; empty, or none of them there: the whole record is its id.
    ///   - occurrence: which of several equal records of one document it is, from 0.
    package static func key(
        _ bytes: [UInt8], _ range: Range<Int>, id: [JSONPath], occurrence: Int = 0, maximumDepth: Int = 128
    ) -> RecordKey {
        var hashed: [UInt8] = []
        var hasValue = false
        for path in id {
            // A record that is no JSON has no id, and is its own.
            let value = (try? JSONReader.value(bytes, in: range, at: path, maximumDepth: maximumDepth)) ?? nil
            let part = value.map { bytes[$0] } ?? []
            if !part.isEmpty && !part.elementsEqual("null".utf8) { hasValue = true }
            hashed += part
            hashed.append(0)
        }
        if !hasValue { hashed = [1] + bytes[range] }
        if occurrence > 0 { hashed += [2] + Array(String(occurrence).utf8) }
        return key(of: hashed)
    }

    /// Of a listed file: its place, in a space of its own.
    package static func fileKey(_ parts: [String]) -> RecordKey { key(of: [3] + parts.joined(separator: "\0").utf8) }

    private static func key(of bytes: [UInt8]) -> RecordKey {
        var digest = [UInt8](repeating: 0, count: 32)
        SHA256(bytes, bytes.count, &digest)
        func word(_ start: Int) -> UInt64 { digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        return RecordKey(high: word(0), low: word(8))
    }
}
