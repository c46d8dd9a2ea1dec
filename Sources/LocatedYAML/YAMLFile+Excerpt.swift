extension YAMLFile {
    /// The diagnostic's line, the line of the file that it is about, and a mark under the place:
    ///
    ///     rules/login.yml:7:14: error: unknown modifier "contians"; did you mean "contains"?
    ///         userName|contians: admin
    ///                  ^
    public func excerpt(of diagnostic: Diagnostic) -> String {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard diagnostic.location.file == path, lines.indices.contains(diagnostic.location.line - 1) else {
            return diagnostic.description
        }
        let line = String(decoding: lines[diagnostic.location.line - 1], as: UTF8.self)
        let shown = printable(line, limit: Self.maximumExcerptWidth)
        guard !shown.isEmpty, diagnostic.location.column <= Self.maximumExcerptWidth else { return diagnostic.description }
        let mark = String(repeating: " ", count: diagnostic.location.column - 1) + "^"
        return "\(diagnostic)\n\(shown)\n\(mark)"
    }

    /// Longer lines would wrap in a terminal and put the mark under the wrong place.
    private static let maximumExcerptWidth = 160

    private func printable(_ line: String, limit: Int) -> String {
        var shown = ""
        for scalar in line.unicodeScalars.prefix(limit) {
            shown.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar)
        }
        return shown
    }
}
