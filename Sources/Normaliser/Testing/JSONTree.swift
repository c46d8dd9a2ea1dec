import EventModel

/// A JSON document as a tree, for checks of single documents. Numbers stay as they are written.
package indirect enum JSONTree {
    case object([(name: String, value: JSONTree)])
    case array([JSONTree])
    case string(String)
    /// A number, `true`, `false` or `null`.
    case word(String)

    /// Nil if the bytes are no JSON, or nest deeper than any event.
    package init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard let tree = reader.value(depth: 0) else { return nil }
        self = tree
    }

    /// The member of an object; nil for anything else.
    package subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a scalar; nil for an object or a list.
    package var text: String? {
        switch self {
        case .string(let text), .word(let text): text
        case .object, .array: nil
        }
    }

    /// The scalars with their dotted paths, elements of lists by their number, in order.
    package var leaves: [(path: String, text: String)] {
        var leaves: [(path: String, text: String)] = []
        collect("", into: &leaves)
        return leaves
    }

    private func collect(_ path: String, into leaves: inout [(path: String, text: String)]) {
        func below(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
        switch self {
        case .object(let members): for member in members { member.value.collect(below(member.name), into: &leaves) }
        case .array(let items): for (index, item) in items.enumerated() { item.collect(below(String(index)), into: &leaves) }
        case .string(let text), .word(let text): leaves.append((path, text))
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0

        private static let maximumDepth = 256

        private var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

        private mutating func skipSpace() {
            while byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
        }

        mutating func value(depth: Int) -> JSONTree? {
            guard depth < Self.maximumDepth else { return nil }
            skipSpace()
            switch byte {
            case UInt8(ascii: "{"): return container(UInt8(ascii: "}"), depth)
            case UInt8(ascii: "["): return container(UInt8(ascii: "]"), depth)
            case UInt8(ascii: "\""): return string().map { .string($0) }
            default:
                let start = position
                while byte > 0x20, ![0x2c, 0x7d, 0x5d].contains(byte) { position += 1 }
                return start == position ? nil : .word(String(decoding: bytes[start..<position], as: UTF8.self))
            }
        }

        private mutating func container(_ close: UInt8, _ depth: Int) -> JSONTree? {
            var members: [(name: String, value: JSONTree)] = []
            let isObject = close == UInt8(ascii: "}")
            position += 1
            skipSpace()
            if byte == close {
                position += 1
                return isObject ? .object([]) : .array([])
            }
            while true {
                var name = ""
                if isObject {
                    skipSpace()
                    guard byte == UInt8(ascii: "\""), let key = string() else { return nil }
                    skipSpace()
                    guard byte == UInt8(ascii: ":") else { return nil }
                    position += 1
                    name = key
                }
                guard let value = value(depth: depth + 1) else { return nil }
                members.append((name, value))
                skipSpace()
                let mark = byte
                position += 1
                if mark == close { return isObject ? .object(members) : .array(members.map(\.value)) }
                guard mark == UInt8(ascii: ",") else { return nil }
            }
        }

        private mutating func string() -> String? {
            position += 1
            let start = position
            while position < bytes.count, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
            guard position < bytes.count else { return nil }
            defer { position += 1 }
            return bytes[start..<position].withUnsafeBytes { try? JSONText.decoded($0) }
        }
    }
}
