/// Finds the name that was probably meant, for "did you mean" in error messages.
public enum NearestName {
    /// Longer names are not compared: the time is the product of the lengths.
    private static let maximumLength = 128

    /// The candidate fewest edits away from `name`, case ignored; nil when none is near enough to be worth saying. Of equally
    /// near ones the first in order of the alphabet, so that messages do not change from run to run.
    ///
    /// Edits are those of Damerau and Levenshtein: insert, delete, replace, swap two neighbours. Near enough is one edit for
    /// names of up to four characters, else a third of the length, three at most.
    public static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars)
        guard !wanted.isEmpty, wanted.count <= maximumLength else { return nil }
        let limit = wanted.count <= 4 ? 1 : min(wanted.count / 3 + (wanted.count == 5 ? 1 : 0), 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            guard abs(scalars.count - wanted.count) <= limit, scalars.count <= maximumLength else { continue }
            let distance = distance(wanted, scalars)
            guard distance <= limit else { continue }
            if let best, (best.distance, best.name) <= (distance, candidate) { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// The restricted edit distance (optimal string alignment), three rows of its table at a time.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var edits = min(last[column + 1] + 1, current[column] + 1, last[column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    edits = min(edits, beforeLast[column - 1] + 1)
                }
                current.append(edits)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
