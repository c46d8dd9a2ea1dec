// Hot path: `matches`.

/// A pattern in which `*` is any text and `?` any one byte; case does not count.
struct Glob: Sendable {
    private let pattern: [UInt8]

    static let maximumPattern = 512
    /// Only so much of a value is compared.
    private static let maximumText = 4_096

    init(_ text: String) {
        var pattern: [UInt8] = []
        // Stars that follow each other are one.
        for byte in text.utf8 where !(byte == UInt8(ascii: "*") && pattern.last == byte) { pattern.append(ASCII.lower(byte)) }
        self.pattern = pattern
    }

    /// Goes back to the last star alone, so it takes at most as many steps as both have bytes, multiplied.
    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        let length = min(text.count, Self.maximumText)
        var (place, index) = (0, 0)
        var (star, from) = (-1, 0)
        while index < length {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = place
                from = index
                place += 1
            } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == ASCII.lower(text[index]) {
                place += 1
                index += 1
            } else if star >= 0 {
                from += 1
                index = from
                place = star + 1
            } else {
                return false
            }
        }
        while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
        return place == pattern.count
    }
}
