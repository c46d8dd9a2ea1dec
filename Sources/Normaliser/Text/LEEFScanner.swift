// Hot path.

/// Where the parts of a LEEF message stand (IBM Log Event Extended Format, 1.0 and 2.0):
/// `LEEF:2.0|vendor|product|version|event|delimiter|key=value…`. Copies nothing.
struct LEEFScanner {
    struct Attribute {
        var key: Range<Int>
        /// With the delimiters that are part of it: nothing escapes them, so what has no `=` belongs to the value before.
        var value: Range<Int>
    }

    /// LEEF's version, then vendor, product, product's version and the event's id.
    private(set) var header: [Range<Int>] = []
    private let bytes: UnsafeRawBufferPointer
    private var index: Int
    private var delimiter = UInt8(ascii: "\t")

    static let headerCount = 5
    private static let bar = UInt8(ascii: "|")
    private static let equals = UInt8(ascii: "=")

    /// Nil if no LEEF header of a known version with its five fields begins at `start`.
    init?(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        self.bytes = bytes
        index = start + 5
        guard start >= 0, index < bytes.count, bytes[start..<index].elementsEqual("LEEF:".utf8) else { return nil }
        header.reserveCapacity(Self.headerCount)
        while header.count < Self.headerCount, let bar = bar(from: index) {
            header.append(index..<bar)
            index = bar + 1
        }
        // The last bar may be missing when there are no attributes.
        if header.count == Self.headerCount - 1, !bytes[index...].contains(UInt8(ascii: "\t")) {
            header.append(index..<bytes.count)
            index = bytes.count
        }
        guard header.count == Self.headerCount, let first = header.first, let major = bytes[first].first,
            major == UInt8(ascii: "1") || major == UInt8(ascii: "2"),
            first.count == 1 || bytes[first.lowerBound + 1] == UInt8(ascii: ".")
        else { return nil }
        if major == UInt8(ascii: "2"), let bar = bytes[index...].prefix(8).firstIndex(of: Self.bar),
            let named = Self.delimiter(UnsafeRawBufferPointer(rebasing: bytes[index..<bar]))
        {
            delimiter = named
            index = bar + 1
        }
    }

    /// The next attribute; nil at the end.
    mutating func next() -> Attribute? {
        while index < bytes.count {
            guard let equals = equals(in: index..<partEnd(from: index)) else {
                index = partEnd(from: index) + 1
                continue
            }
            var start = index
            while start < equals, bytes[start] == 0x20 { start += 1 }
            var end = partEnd(from: equals)
            while end < bytes.count, self.equals(in: (end + 1)..<partEnd(from: end + 1)) == nil, end + 1 < bytes.count {
                end = partEnd(from: end + 1)
            }
            index = end + 1
            return Attribute(key: start..<equals, value: (equals + 1)..<Self.trimmed(bytes, equals + 1, end, delimiter))
        }
        return nil
    }

    /// What follows the attributes read so far, for a caller that stops.
    var rest: Range<Int> { min(index, bytes.count)..<bytes.count }

    private func partEnd(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != delimiter { end += 1 }
        return min(end, bytes.count)
    }

    /// The `=` of a part that has a key before it.
    private func equals(in part: Range<Int>) -> Int? {
        guard let found = bytes[part].firstIndex(of: Self.equals), found > part.lowerBound else { return nil }
        return found
    }

    /// Delimiters at the end of a value are empty parts.
    private static func trimmed(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ delimiter: UInt8) -> Int {
        var end = end
        while end > start, bytes[end - 1] == delimiter { end -= 1 }
        return end
    }

    /// The bar that ends a header's field: one without a backslash before it.
    private func bar(from start: Int) -> Int? {
        var index = start
        while index < bytes.count, bytes[index] != Self.bar { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return index < bytes.count ? index : nil
    }

    /// One character, or its code as `x5E` or `0x5E`; none stands for the tab. Nil if it is no delimiter, but an attribute.
    private static func delimiter(_ text: UnsafeRawBufferPointer) -> UInt8? {
        if text.isEmpty { return UInt8(ascii: "\t") }
        if text.count == 1 { return text[0] }
        let written = String(decoding: text, as: UTF8.self).lowercased()
        for prefix in ["0x", "x", "\\x"] where written.hasPrefix(prefix) && written.utf8.count <= prefix.utf8.count + 4 {
            if let code = UInt16(written.dropFirst(prefix.count), radix: 16), code > 0, code < 128 { return UInt8(code) }
        }
        return written == "\\t" ? UInt8(ascii: "\t") : nil
    }
}
