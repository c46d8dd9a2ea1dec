import EventModel
import Searching

extension JSONWriter {
    /// A value of a column: times as RFC 3339, lists as lists.
    mutating func value(_ value: FieldValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .double(let number): self.number(number)
        case .string(let text): string(text)
        case .time: string(value.text)
        case .list(let members):
            beginArray()
            for member in members { self.value(member) }
            endArray()
        }
    }
}
