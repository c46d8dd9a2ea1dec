import EventModel

// Hot path.

/// The address within what vendors write as an address: with a port (`1.2.3.4:443`, `[2001:db8::1]:443`), as an IPv4 address in
/// IPv6 form (`::ffff:1.2.3.4`, RFC 4291 section 2.5.5.2), with blanks around.
package enum IPText {
    /// The slice of `text` that is a valid address; nil if there is none.
    package static func address(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        // The longest form has brackets, 45 bytes and a port; longer texts are no addresses.
        guard text.count >= 2, text.count <= 64 else { return nil }
        var start = 0
        var end = text.count
        while start < end, text[start] == 0x20 { start += 1 }
        while end > start, text[end - 1] == 0x20 { end -= 1 }
        guard start < end else { return nil }
        if text[start] == UInt8(ascii: "[") {
            start += 1
            guard let close = (start..<end).first(where: { text[$0] == UInt8(ascii: "]") }), isPort(text, close + 1, end) else {
                return nil
            }
            end = close
        } else {
            var colons = 0
            var lastColon = 0
            var dots = 0
            for index in start..<end {
                if text[index] == UInt8(ascii: ":") {
                    colons += 1
                    lastColon = index
                } else if text[index] == UInt8(ascii: ".") {
                    dots += 1
                }
            }
            if colons == 1, dots == 3 {
                guard isPort(text, lastColon, end) else { return nil }
                end = lastColon
            }
        }
        guard let address = IPAddress(UnsafeRawBufferPointer(rebasing: text[start..<end])) else { return nil }
        if address.isV4, let colon = (start..<end).last(where: { text[$0] == UInt8(ascii: ":") }) {
            // A mapped address in hexadecimal has no slice that is the IPv4 address; it stays as written, which is valid.
            let tail = UnsafeRawBufferPointer(rebasing: text[(colon + 1)..<end])
            if IPAddress(tail) != nil { start = colon + 1 }
        }
        // OCSF's `ip_t` has at most 40 characters.
        return end - start <= 40 ? start..<end : nil
    }

    /// Nothing, or a colon and 1 to 5 digits.
    private static func isPort(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        if start == end { return true }
        guard text[start] == UInt8(ascii: ":"), (2...6).contains(end - start) else { return false }
        for index in (start + 1)..<end where text[index] &- 0x30 > 9 { return false }
        return true
    }
}
