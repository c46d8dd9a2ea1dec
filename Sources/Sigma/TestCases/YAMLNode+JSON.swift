import EventModel
public import LocatedYAML

extension YAMLNode {
    /// The value as JSON text (RFC 8259). What stands in quotes is a string, whatever it looks like.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch content {
        case .mapping(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.key)
                entry.value.write(to: &writer)
            }
            writer.endObject()
        case .sequence(let items):
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
        case .scalar(let scalar):
            switch scalar.value {
            case .null: writer.null()
            case .bool(let value): writer.bool(value)
            case .integer(let value): writer.integer(value)
            case .float(let value): value.isFinite ? writer.raw(scalar.canonicalText) : writer.string(scalar.text)
            case .text: writer.string(scalar.text)
            }
        }
    }
}
