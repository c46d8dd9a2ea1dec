import EventModel
import Searching
import TestSupport
import Testing

@Suite struct SearchPropertyTests {
    /// Random filters and stages over random events give what lists and dictionaries give.
    @Test(arguments: 0..<6)
    func agreesWithANaiveEvaluator(part: Int) throws {
        var random = RandomSearch(generator: SeededGenerator(seed: UInt64(part) + 2_026))
        var rows = 0
        for _ in 0..<120 {
            let events = (0..<25).map { _ in random.event() }
            let filter = random.filter(depth: 3)
            let later = random.filter(depth: 1)
            let head = random.number(1...25)
            let field = random.pick(RandomSearch.fields)
            var found = events.enumerated().map { (number: $0 + 1, event: $1) }.filter { filter.holds($0.event) }
            found.sort { ($0.event.seconds, $0.number) > ($1.event.seconds, $1.number) }
            found = Array(found.prefix(head)).filter { later.holds($0.event) }
            let start = "\(filter.query) | head \(head) | where \(later.query)"
            let (query, expected) = Self.last(random.number(0...5), field, start, found)
            let result = try TestSearch(events).rows(query)
            guard result == expected else {
                Issue.record("\(query): \(result), expected \(expected) of \(events)")
                return
            }
            rows += result.count
        }
        #expect(rows > 100, "the random filters hold often enough to mean something: \(rows)")
    }

    private typealias Found = (number: Int, event: SampleEvent)

    /// A query with a last stage, and its rows.
    private static func last(_ kind: Int, _ field: String, _ start: String, _ found: [Found]) -> (String, [String]) {
        switch kind {
        case 0: return (start, found.map { "#\($0.number)" })
        case 1: return ("\(start) | tail 3", found.suffix(3).map { "#\($0.number)" })
        case 2:
            let counts = counts(found, field, missing: true)
            let keys = counts.keys.sorted { precedes($0, $1) }
            return (
                "\(start) | stats count by \(field)",
                keys.map { $0.isEmpty ? "count=\(counts[$0] ?? 0)" : "\(field)=\($0) count=\(counts[$0] ?? 0)" }
            )
        case 3:
            let counts = counts(found, field, missing: false)
            let keys = counts.keys.sorted { (a: String, b: String) in
                counts[a] != counts[b] ? (counts[a] ?? 0) > (counts[b] ?? 0) : precedes(a, b)
            }
            return ("\(start) | top 4 \(field) | fields \(field), count", keys.prefix(4).map { "\(field)=\($0) count=\(counts[$0] ?? 0)" })
        case 4:
            let numbers = found.flatMap { $0.event.values(field).compactMap { Double($0.text) } }
            let sum = numbers.isEmpty ? "" : " sum=\(Int(numbers.reduce(0, +)))"
            let distinct = Set(found.flatMap { $0.event.values(field).map(\.text) }).count
            return ("\(start) | stats dc(\(field)) as dc, sum(\(field)) as sum", ["dc=\(distinct)\(sum)"])
        default:
            var seen: Set<String> = []
            let first = found.filter { seen.insert($0.event.values(field).map(\.text).joined(separator: ", ")).inserted }
            return ("\(start) | dedup \(field)", first.map { "#\($0.number)" })
        }
    }

    private static func counts(_ found: [Found], _ field: String, missing: Bool) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (_, event) in found {
            let texts = Set(event.values(field).map(\.text))
            if texts.isEmpty && missing { counts["", default: 0] += 1 }
            for text in texts { counts[text, default: 0] += 1 }
        }
        return counts
    }

    /// Nothing, numbers, then text; equal ones as their spellings stand.
    private static func precedes(_ a: String, _ b: String) -> Bool {
        func rank(_ text: String) -> Int { text.isEmpty ? 0 : Double(text) != nil ? 1 : 2 }
        if rank(a) != rank(b) { return rank(a) < rank(b) }
        if let x = Double(a), let y = Double(b), x != y { return x < y }
        return (a.lowercased(), a) < (b.lowercased(), b)
    }
}
