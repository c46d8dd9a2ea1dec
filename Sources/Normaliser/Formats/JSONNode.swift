import EventModel

/// A JSON value to be written, for people's output whose order is not known beforehand. Not for the hot path.
indirect enum JSONNode {
    case null
    case string(String)
    case int(Int64)
    case array([JSONNode])
    case object([(key: String, value: JSONNode)])

    /// The value on one line.
    var text: String {
        var json = JSONWriter()
        write(to: &json)
        return json.text
    }

    private func write(to json: inout JSONWriter) {
        switch self {
        case .null: json.null()
        case .string(let text): json.string(text)
        case .int(let value): json.integer(value)
        case .array(let elements):
            json.beginArray()
            for element in elements { element.write(to: &json) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for member in members {
                json.key(member.key)
                member.value.write(to: &json)
            }
            json.endObject()
        }
    }
}
