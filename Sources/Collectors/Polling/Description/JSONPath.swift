/// The keys from the top of a JSON document to one of its values; empty for the document itself.
package struct JSONPath: Sendable, Hashable, CustomStringConvertible {
    package var keys: [String]

    package init(keys: [String]) { self.keys = keys }

    /// `response_metadata.next_cursor`; `.` is the document itself. Keys that contain dots are given as a list instead.
    package init(_ text: String) {
        keys = text == "." ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    package var description: String { keys.isEmpty ? "." : keys.joined(separator: ".") }
}
