/// What must be known of the bytes before a position to cut records out of those after it.
package struct CutState: Equatable, Sendable {
    /// Within a line whose first part was handed on as a truncated record.
    package var isSkipping = false
    /// After a part of a line that was handed on although its end had not come.
    package var isContinued = false
    /// Within a JSON value whose first part was handed on as a truncated record.
    package var skippedValue: JSONPlace?

    package init(isSkipping: Bool = false, isContinued: Bool = false, skippedValue: JSONPlace? = nil) {
        self.isSkipping = isSkipping
        self.isContinued = isContinued
        self.skippedValue = skippedValue
    }
}

/// How a file's bytes are cut into records.
public enum FileFormat: String, Sendable, CaseIterable {
    /// A line is a record.
    case lines
    /// A JSON object is a record, on however many lines, alone or in an array.
    case json
}
