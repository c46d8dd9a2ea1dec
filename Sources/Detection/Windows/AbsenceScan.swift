/// Judges a boolean condition in the windows that begin with events, from the last one backwards: what is required must come
/// within a timespan from the event on, and what is forbidden must not.
struct AbsenceScan {
    private let terms: RuleTerms
    private let timespan: Int64
    /// For each rule the earliest event of those seen so far, the nearest one from here on.
    private var next = [Int64](repeating: .max, count: 64)
    /// Ordered: for each alternative one after the other, and each of its rules: when, at the earliest, a run from that rule on
    /// to the last one ends.
    private var ends: [Int64]

    init(_ terms: RuleTerms, timespan: Int64) {
        self.terms = terms
        self.timespan = timespan
        ends = [Int64](repeating: .max, count: terms.isOrdered ? terms.terms.reduce(0) { $0 + $1.required.nonzeroBitCount } : 0)
    }

    /// What is known of the window that begins with an event.
    enum Verdict {
        case holds
        /// It does not hold as yet, but may when more events come.
        case open
        /// Something forbidden has come, for every alternative: it never holds.
        case cancelled
    }

    /// Goes back to an event, and judges its window.
    mutating func step(to event: PendingEvent) -> Verdict {
        var steps = event.detail
        while steps != 0 {
            next[steps.trailingZeroBitCount] = event.time
            steps &= steps &- 1
        }
        let last = event.time + timespan
        var verdict = Verdict.cancelled
        var first = 0
        for term in terms.terms {
            let end = terms.isOrdered ? extendRuns(term, from: first, event) : latest(of: term.required)
            first += term.required.nonzeroBitCount
            let beginnings = terms.isOrdered ? term.required & (0 &- term.required) : term.required
            if event.detail & beginnings == 0 || verdict == .holds || isForbidden(term, through: last) { continue }
            verdict = end <= last ? .holds : .open
        }
        return verdict
    }

    /// When the last of these rules has its first event from here on.
    private func latest(of rules: UInt64) -> Int64 {
        var latest = Int64.min
        var bits = rules
        while bits != 0 {
            latest = max(latest, next[bits.trailingZeroBitCount])
            bits &= bits &- 1
        }
        return latest
    }

    private func isForbidden(_ term: RuleTerms.Term, through last: Int64) -> Bool {
        var bits = term.forbidden
        while bits != 0 {
            if next[bits.trailingZeroBitCount] <= last { return true }
            bits &= bits &- 1
        }
        return false
    }

    /// Takes the event into an alternative's runs. When, at the earliest, one ends that begins with the event; `.max`: none does.
    private mutating func extendRuns(_ term: RuleTerms.Term, from first: Int, _ event: PendingEvent) -> Int64 {
        let last = first + term.required.nonzeroBitCount - 1
        var end = Int64.max
        var place = first
        var bits = term.required
        // From the first of its rules to the last, so that the event does not precede itself.
        while bits != 0 {
            if event.detail & bits & (0 &- bits) != 0 {
                let own = place == last ? event.time : ends[place + 1]
                if place == first { end = own }
                ends[place] = min(ends[place], own)
            }
            bits &= bits &- 1
            place += 1
        }
        return end
    }
}
