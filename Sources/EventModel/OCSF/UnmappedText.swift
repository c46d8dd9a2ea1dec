/// The values of a record that is no JSON that no OCSF field points at, in objects made of their fields' dotted paths.
///
/// A record of text may have a key twice (its values make a list then), and a value at a path that is another's object: such a
/// value stands beside, the object's members under their longer names (`"a": 1, "a.b": 2`).
struct UnmappedText {
    private final class Node {
        var values: [Field] = []
        var names: [String] = []
        var members: [String: Node] = [:]

        func member(_ name: String) -> Node {
            if let known = members[name] { return known }
            let node = Node()
            members[name] = node
            names.append(name)
            return node
        }
    }

    private let root = Node()
    private let batch: EventBatch
    /// Deeper paths keep their dots.
    private static let maximumDepth = 8

    init(_ fields: [Field], batch: EventBatch, path: (FieldID) -> String) {
        self.batch = batch
        for field in fields {
            let name = field.id == .overflow ? "text.other" : path(field.id)
            let parts = name.split(separator: ".", maxSplits: Self.maximumDepth - 1, omittingEmptySubsequences: false)
            parts.reduce(root) { $0.member(String($1)) }.values.append(field)
        }
    }

    /// Writes the members into an object that is already begun.
    func write(into writer: inout JSONWriter) { write(root, prefix: "", into: &writer) }

    private func write(_ node: Node, prefix: String, into writer: inout JSONWriter) {
        for name in node.names {
            guard let member = node.members[name] else { continue }
            let key = prefix + name
            if member.values.count == 1 {
                writer.key(key)
                OCSFTree.write(member.values[0], into: &writer, batch: batch)
            } else if !member.values.isEmpty {
                writer.key(key)
                writer.beginArray()
                for value in member.values { OCSFTree.write(value, into: &writer, batch: batch) }
                writer.endArray()
            }
            if member.names.isEmpty { continue }
            if member.values.isEmpty {
                writer.key(key)
                writer.beginObject()
                write(member, prefix: "", into: &writer)
                writer.endObject()
            } else {
                write(member, prefix: key + ".", into: &writer)
            }
        }
    }
}
