// Hot path.

/// `segment`: ids in the paths of resources, `/v2/users/42/roles` and `projects/p/locations/l`. The path may
/// stand in a longer text.
package enum PathSegment {
    /// The segment after the first one of that name; nil if there is none.
    package static func following(_ name: [UInt8], in text: UnsafeRawBufferPointer) -> Range<Int>? {
        var start = 0
        while start < text.count {
            let end = segmentEnd(text, start)
            let isNamed = end - start == name.count && end > start && zip(start..<end, name).allSatisfy { text[$0] == $1 }
            if isNamed, end < text.count, text[end] == UInt8(ascii: "/") {
                let next = segmentEnd(text, end + 1)
                if next > end + 1 { return (end + 1)..<next }
            }
            start = end + 1
        }
        return nil
    }

    private static func segmentEnd(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var index = start
        while index < text.count, !ends(text[index]) { index += 1 }
        return index
    }

    /// Whether a byte cannot be part of a segment.
    @inline(__always)
    static func ends(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "="), UInt8(ascii: "\""),
            UInt8(ascii: ","):
            true
        default: false
        }
    }
}
