/// RFC 4180.
enum CSV {
    static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ field: String) -> String {
        // A leading =, +, - or @ would run as a formula in a spreadsheet; numbers are none.
        let isFormula = field.first.map { "=+-@\t\r".contains($0) } == true && Double(field) == nil
        let safe = isFormula ? "'" + field : field
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
