/// Foreign text for one line of a message or a field.
enum LineText {
    private static let maximum = 120

    /// The text, cut where it is long, with `?` for control characters.
    static func short(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let printable = scalars.prefix(maximum).map { Character($0.value < 0x20 || $0.value == 0x7f ? "?" : $0) }
        return String(printable) + (scalars.count > maximum ? "…" : "")
    }

    /// Bytes in quotation marks, cut where they are many.
    static func quoted(_ text: some Sequence<UInt8>) -> String {
        "\"" + short(String(decoding: Array(text.prefix(maximum * 4 + 1)), as: UTF8.self)) + "\""
    }
}
