import EventModel

/// An `AnyValue` in OTLP's JSON form, `{"stringValue":"x"}`, read as the plain JSON that it means.
struct OTLPValue {
    private let members: JSONMembers
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        members = JSONMembers(bytes, at: range.lowerBound)
    }

    /// The one object that a body holds, as a map or as a text; nil if it is anything else.
    func event() throws(FormatError) -> [UInt8]? {
        guard let (name, value) = try alternative() else { return nil }
        if members.equals(name, "stringValue") {
            return bytes[value.lowerBound] == UInt8(ascii: "\"") ? EmbeddedJSON.object(inString: value, of: members) : nil
        }
        guard members.equals(name, "kvlistValue") else { return nil }
        var json = JSONWriter()
        return try write(&json) ? json.bytes : nil
    }

    /// False where it is not in the form; what was written then is of no use.
    private func write(_ json: inout JSONWriter) throws(FormatError) -> Bool {
        guard isObject else { return false }
        guard let (name, value) = try alternative() else {
            json.null()
            return true
        }
        if members.equals(name, "arrayValue") {
            var isRight = true
            json.beginArray()
            try each(value) { (item) throws(FormatError) in
                if isRight { isRight = try OTLPValue(bytes, item).write(&json) }
            }
            json.endArray()
            return isRight
        }
        if members.equals(name, "kvlistValue") {
            var isRight = true
            json.beginObject()
            try each(value) { (item) throws(FormatError) in
                if isRight { isRight = try OTLPValue(bytes, item).writePair(&json) }
            }
            json.endObject()
            return isRight
        }
        if members.equals(name, "intValue"), let digits = members.string(value) {
            // Numbers of 64 bits are texts in protobuf's JSON.
            guard let number = Int64(digits) else { return false }
            json.integer(number)
            return true
        }
        guard bytes[value.lowerBound] != UInt8(ascii: "{"), bytes[value.lowerBound] != UInt8(ascii: "[") else { return false }
        json.raw(UnsafeRawBufferPointer(rebasing: bytes[value]))
        return true
    }

    /// `{"key":"k","value":{…}}`
    private func writePair(_ json: inout JSONWriter) throws(FormatError) -> Bool {
        guard isObject, let key = try members.value("key"), key.count >= 2, bytes[key.lowerBound] == UInt8(ascii: "\"") else {
            return false
        }
        json.rawKey(UnsafeRawBufferPointer(rebasing: bytes[key.lowerBound + 1..<key.upperBound - 1]))
        guard let value = try members.value("value") else {
            json.null()
            return true
        }
        return try OTLPValue(bytes, value).write(&json)
    }

    private var isObject: Bool { bytes[members.start] == UInt8(ascii: "{") }

    /// The one member; nil for an empty object, and for what is none.
    private func alternative() throws(FormatError) -> (name: Range<Int>, value: Range<Int>)? {
        guard isObject else { return nil }
        var found: (name: Range<Int>, value: Range<Int>)?
        try members.forEach { name, value in found = (name, value) }
        return found
    }

    private func each(
        _ holder: Range<Int>, _ body: (Range<Int>) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard bytes[holder.lowerBound] == UInt8(ascii: "{"),
            let list = try JSONMembers(bytes, at: holder.lowerBound).value("values"), bytes[list.lowerBound] == UInt8(ascii: "[")
        else { return }
        try JSONMembers.elements(bytes, at: list.lowerBound, body)
    }
}
