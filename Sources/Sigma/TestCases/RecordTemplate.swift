import EventModel
import LocatedYAML

/// A record that a test makes many of: fields can be set, and numbers filled into its texts.
struct RecordTemplate {
    private(set) var node: YAMLNode

    init(_ node: YAMLNode) { self.node = node }

    /// Sets a field: `actor.alternateId`, `target.0.id`. A key that has the dots in itself goes before nested ones. Mappings
    /// that are missing are made; an index beyond the end of a list, or a path through a scalar, is refused with false.
    mutating func set(_ path: String, to value: YAMLNode) -> Bool {
        guard path.utf8.count(where: { $0 == UInt8(ascii: ".") }) < Self.maximumDepth else { return false }
        return Self.set(path[...], in: &node, to: value)
    }

    /// As deep as records may be (`JSONLimits`).
    private static let maximumDepth = 64

    /// What stands at a path; nil if nothing does.
    func value(at path: String) -> YAMLNode? { Self.value(at: path[...], in: node) }

    private static func set(_ path: Substring, in node: inout YAMLNode, to value: YAMLNode) -> Bool {
        switch node.content {
        case .mapping(var entries):
            let (key, rest) = split(path, keys: entries.map(\.key))
            let place = entries.firstIndex { $0.key == key }
            var child = place.map { entries[$0].value } ?? YAMLNode(.mapping([]), at: node.location)
            if let rest {
                guard set(rest, in: &child, to: value) else { return false }
            } else {
                child = value
            }
            if let place {
                entries[place].value = child
            } else {
                entries.append(.init(key: String(key), keyLocation: value.location, value: child))
            }
            node.content = .mapping(entries)
            return true
        case .sequence(var items):
            let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let index = Int(parts[0]), items.indices.contains(index) else { return false }
            if parts.count == 2 {
                guard set(parts[1], in: &items[index], to: value) else { return false }
            } else {
                items[index] = value
            }
            node.content = .sequence(items)
            return true
        case .scalar: return false
        }
    }

    private static func value(at path: Substring, in node: YAMLNode) -> YAMLNode? {
        switch node.content {
        case .mapping(let entries):
            let (key, rest) = split(path, keys: entries.map(\.key))
            guard let child = entries.first(where: { $0.key == key })?.value else { return nil }
            return rest.map { value(at: $0, in: child) } ?? child
        case .sequence(let items):
            let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let index = Int(parts[0]), items.indices.contains(index) else { return nil }
            return parts.count == 2 ? value(at: parts[1], in: items[index]) : items[index]
        case .scalar: return nil
        }
    }

    /// The key that the path starts with, and what is left of it: the whole path if there is such a key, else up to the first
    /// dot.
    private static func split(_ path: Substring, keys: [String]) -> (key: Substring, rest: Substring?) {
        if keys.contains(String(path)) { return (path, nil) }
        let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }

    /// The record with each `{n}` and `{seq}` in its texts replaced.
    func filled(n: Int, sequence: Int) -> YAMLNode { Self.fill(node, n, sequence) }

    private static func fill(_ node: YAMLNode, _ n: Int, _ sequence: Int) -> YAMLNode {
        var node = node
        switch node.content {
        case .mapping(var entries):
            for index in entries.indices { entries[index].value = fill(entries[index].value, n, sequence) }
            node.content = .mapping(entries)
        case .sequence(let items): node.content = .sequence(items.map { fill($0, n, sequence) })
        case .scalar(let scalar):
            guard scalar.value == .text, scalar.text.contains("{") else { return node }
            let text = replace(replace(scalar.text, "{n}", with: String(n)), "{seq}", with: String(sequence))
            node.content = .scalar(YAMLScalar(text, style: scalar.style, value: .text))
        }
        return node
    }

    private static func replace(_ text: String, _ mark: String, with number: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: mark) {
            result += rest[..<range.lowerBound] + number
            rest = rest[range.upperBound...]
        }
        return result + rest
    }

    /// An instant, written the way the template writes the time there: RFC 3339 with as many digits, with a zone or without, or
    /// seconds, milliseconds or microseconds since 1970.
    func written(_ time: Timestamp, at path: String) -> YAMLScalar {
        guard let scalar = value(at: path)?.scalar else { return YAMLScalar(RFC3339.format(time), style: .doubleQuoted) }
        switch scalar.value {
        case .integer(let value):
            // The three are told apart by size, for all instants from 1973 on.
            let unit: Int64 = value >= 100_000_000_000_000 ? 1 : value >= 100_000_000_000 ? 1_000 : 1_000_000
            return YAMLScalar(String(time.microseconds / unit))
        case .float:
            let fraction = String(time.microseconds % 1_000_000 + 1_000_000).dropFirst()
            return YAMLScalar("\(time.microseconds / 1_000_000).\(fraction)")
        case .null, .bool, .text:
            let fraction = scalar.text.split(separator: ".", maxSplits: 1).dropFirst().first?.prefix { $0.isNumber }
            let text = RFC3339.format(time, fractionDigits: scalar.text.isEmpty ? 3 : fraction?.count ?? 0)
            let hasZone = scalar.text.isEmpty || scalar.text.dropFirst(19).contains { "Zz+-".contains($0) }
            return YAMLScalar(hasZone ? text : String(text.dropLast()), style: .doubleQuoted)
        }
    }
}
