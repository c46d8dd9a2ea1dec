/// Finds what a person probably meant to write.
public enum Suggestion {
    /// Longer words are not compared: a suggestion is for a slip of the finger.
    private static let maximumLength = 64

    /// The candidate nearest to `word` by edit distance, if it is near enough to be meant: at most a third of the letters
    /// differ. Case does not count. Among equally near ones, the first.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let written = Array(word.lowercased().utf8)
        guard !written.isEmpty, written.count <= maximumLength else { return nil }
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let meant = Array(candidate.lowercased().utf8)
            guard meant.count <= maximumLength else { continue }
            let allowed = max(1, max(written.count, meant.count) / 3)
            guard abs(meant.count - written.count) <= allowed else { continue }
            let distance = editDistance(written, meant)
            if distance <= allowed, distance < (best?.distance ?? .max) { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// `; did you mean "listeners"?`, or nothing: to be put after a message.
    public static func hint(for word: String, among candidates: some Sequence<String>) -> String {
        nearest(to: word, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours cost 1 each.
    static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var twoBack = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoBack[j - 1] + 1) }
                row.append(cost)
            }
            twoBack = previous
            previous = row
        }
        return previous[b.count]
    }
}
