package import EventModel

/// Cuts a body into records: JSON objects in any arrangement, or lines.
package enum JSONRecords {
    /// What the body's content type says it is.
    package enum Arrangement: Sendable, Equatable {
        /// JSON values one after the other, white space or nothing between them; an array stands for its elements.
        case values
        /// A record a line, whatever it is.
        case lines
    }

    /// - Throws: where a body of values is not JSON, or holds something else than objects.
    package static func cut(
        _ body: Arena, _ arrangement: Arrangement, maximumRecordBytes: Int
    ) throws(FormatError) -> RecordCuts {
        if arrangement == .lines { return lines(body, maximumRecordBytes: maximumRecordBytes) }
        var cuts = RecordCuts(body, maximumRecordBytes: maximumRecordBytes)
        let bytes = body.slice(0, body.count)
        do throws(FormatError) {
            try values(bytes) { (value) throws(FormatError) in cuts.append(value) }
        } catch {
            throw error.located(in: bytes)
        }
        return cuts
    }

    /// Each object of a body of JSON values, in order.
    static func values(
        _ bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) throws(FormatError) -> Void
    ) throws(FormatError) {
        let grammar = JSONGrammar(bytes)
        var p = grammar.skipSpace(startOfText(bytes))
        while p < bytes.count {
            if bytes[p] == UInt8(ascii: "[") {
                p = try JSONMembers.elements(bytes, at: p) { (element) throws(FormatError) in
                    guard bytes[element.lowerBound] == UInt8(ascii: "{") else {
                        throw FormatError("each record must be an object", at: element.lowerBound)
                    }
                    try body(element)
                }
            } else if bytes[p] == UInt8(ascii: "{") {
                let end = try grammar.valueEnd(p)
                try body(p..<end)
                p = end
            } else {
                throw FormatError("each record must be an object", at: p)
            }
            p = grammar.skipSpace(p)
        }
    }

    /// Some Windows programs put a byte order mark before the first value (RFC 8259 section 8.1 lets a reader ignore it).
    private static func startOfText(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Each line that is not empty.
    static func lines(_ body: Arena, maximumRecordBytes: Int) -> RecordCuts {
        var cuts = RecordCuts(body, maximumRecordBytes: maximumRecordBytes)
        forEachLine(body.slice(0, body.count)) { line in
            if !line.isEmpty { cuts.append(line) }
        }
        return cuts
    }

    /// Each line without its LF, or CR LF; the last one may lack it.
    static func forEachLine(_ bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let isTerminated = end > start && bytes[end - 1] == 0x0D
            body(start..<(isTerminated ? end - 1 : end))
            start = end + 1
        }
    }
}
