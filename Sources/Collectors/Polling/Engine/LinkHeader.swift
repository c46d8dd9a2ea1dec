/// `Link` headers (RFC 8288): `<https://example.org/x?after=2>; rel="next"`.
package enum LinkHeader {
    /// The target of the first link with this relation, whatever the case of it; nil if there is none.
    package static func target(_ relation: String, in headers: [String]) -> String? {
        for header in headers {
            if let target = target(relation, in: Array(header.utf8)) { return target }
        }
        return nil
    }

    private static func target(_ relation: String, in text: [UInt8]) -> String? {
        var position = 0
        func skip(_ isSkipped: (UInt8) -> Bool) {
            while position < text.count, isSkipped(text[position]) { position += 1 }
        }
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

        while position < text.count {
            skip { isSpace($0) || $0 == UInt8(ascii: ",") }
            guard position < text.count, text[position] == UInt8(ascii: "<") else { return nil }
            position += 1
            let start = position
            skip { $0 != UInt8(ascii: ">") }
            guard position < text.count else { return nil }
            let target = String(decoding: text[start..<position], as: UTF8.self)
            position += 1
            var isMeant = false
            var isFirst = true
            while true {
                skip(isSpace)
                guard position < text.count, text[position] == UInt8(ascii: ";") else { break }
                position += 1
                skip(isSpace)
                let (name, value) = parameter(text, &position)
                // Only the first `rel` of a link counts (RFC 8288, section 3.3); it may name several relations.
                if name == "rel", isFirst {
                    isFirst = false
                    isMeant = value.split(separator: " ").contains { $0.lowercased() == relation.lowercased() }
                }
            }
            if isMeant { return target }
            skip { $0 != UInt8(ascii: ",") }
        }
        return nil
    }

    private static func parameter(_ text: [UInt8], _ position: inout Int) -> (name: String, value: String) {
        let start = position
        while position < text.count, !isDelimiter(text[position]) { position += 1 }
        let name = String(decoding: text[start..<position], as: UTF8.self).lowercased()
        guard position < text.count, text[position] == UInt8(ascii: "=") else { return (name, "") }
        position += 1
        var value: [UInt8] = []
        guard position < text.count, text[position] == UInt8(ascii: "\"") else {
            while position < text.count, !isDelimiter(text[position]) {
                value.append(text[position])
                position += 1
            }
            return (name, String(decoding: value, as: UTF8.self))
        }
        position += 1
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            if text[position] == UInt8(ascii: "\\"), position + 1 < text.count { position += 1 }
            value.append(text[position])
            position += 1
        }
        position = min(position + 1, text.count)
        return (name, String(decoding: value, as: UTF8.self))
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == 0x20 || byte == 0x09
    }
}
