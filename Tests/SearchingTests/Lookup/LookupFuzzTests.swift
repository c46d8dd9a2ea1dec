import Searching
import TestSupport
import Testing

@Suite struct LookupFuzzTests {
    private static let rounds = fuzzRounds(5_000)
    private static let pieces = ["a", "b", ",", "\"", "\"\"", "\n", "\r\n", "\r", " ", "\u{feff}", "ü", "\0", "x,y\n", "\"q\""]

    /// Whatever a file holds, reading it ends, and either gives a table whose rows fit its columns or says what is wrong.
    @Test func readsOrRefusesAnything() {
        var generator = SeededGenerator(seed: 5)
        var tables = 0
        for _ in 0..<Self.rounds {
            var csv: [UInt8] = []
            for _ in 0..<Int.random(in: 0...14, using: &generator) {
                csv += Array(Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &generator)].utf8)
                if Int.random(in: 0..<20, using: &generator) == 0 { csv.append(UInt8.random(in: 0...255, using: &generator)) }
            }
            do throws(SearchFailure) {
                let table = try LookupTable(name: "t", csv: csv)
                tables += 1
                #expect(!table.columns.isEmpty && table.rows.allSatisfy { $0.count <= table.columns.count })
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(tables > Self.rounds / 20 && tables < Self.rounds, "the random files are of both kinds: \(tables)")
    }
}
