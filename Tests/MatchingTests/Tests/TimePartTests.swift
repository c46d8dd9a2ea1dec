import EventModel
import Matching
import Testing

/// Which part of which time a test sees.
@Suite struct TimePartTests {
    private func holds(_ value: String, _ part: TimePart, _ range: ClosedRange<Int>, kind: FieldKind = .string) -> Bool {
        let catalog = FieldCatalog()
        let program = MatchProgram(.test(FieldTest(.named("x"), .timePart(part, range))), catalog: catalog)
        let event = SampleEvent(vendor: [.init(path: "x", text: value, kind: kind)])
        return program.matches(SampleEvent.batch([event], catalog: catalog)[0], scratch: MatchScratch())
    }

    @Test(arguments: [
        ("2026-03-05T07:08:09.123456Z", [8, 7, 5, 10, 3, 2026]), ("2026-03-05T07:08:09+02:00", [8, 5, 5, 10, 3, 2026]),
        ("2026-03-05 07:08:09", [8, 7, 5, 10, 3, 2026]), ("2026-01-01T00:30:00+01:00", [30, 23, 31, 1, 12, 2025]),
        ("2027-01-01T12:00:00Z", [0, 12, 1, 53, 1, 2027]), ("2024-12-30T00:00:00Z", [0, 0, 30, 1, 12, 2024]),
        ("2020-02-29T23:59:59Z", [59, 23, 29, 9, 2, 2020]), ("1969-12-31T23:59:59.5Z", [59, 23, 31, 1, 12, 1969]),
        ("1772694489", [8, 7, 5, 10, 3, 2026]), ("1772694489123", [8, 7, 5, 10, 3, 2026]),
        ("1772694489123456", [8, 7, 5, 10, 3, 2026]), ("1772694489123456789", [8, 7, 5, 10, 3, 2026]),
        ("1772694489.75", [8, 7, 5, 10, 3, 2026]), ("-1", [59, 23, 31, 1, 12, 1969]), ("0", [0, 0, 1, 1, 1, 1970]),
        ("0000-01-01T00:00:00Z", [0, 0, 1, 52, 1, 0]), ("9999-12-31T23:59:59Z", [59, 23, 31, 52, 12, 9999]),
    ])
    func `parts in UTC`(time: String, parts: [Int]) {
        for (part, value) in zip(TimePart.allCases, parts) {
            #expect(holds(time, part, value...value), "\(part) of \(time)")
            #expect(!holds(time, part, (value + 1)...Int.max), "\(part) of \(time)")
            #expect(!holds(time, part, Int.min...(value - 1)), "\(part) of \(time)")
        }
    }

    @Test func `numbers are times too`() {
        #expect(holds("1772694489123", .hour, 7...7, kind: .integer))
        #expect(holds("1772694489.5", .minute, 8...8, kind: .float))
    }

    @Test(arguments: ["", "noon", "2026-02-30T00:00:00Z", "07:08", "2026-03-05", "true", "1e30", "-1e300", "1e400"])
    func `what is no time satisfies nothing`(value: String) {
        #expect(!TimePart.allCases.contains { holds(value, $0, Int.min...Int.max) })
    }

    @Test(arguments: [FieldKind.null, .element, .emptyObject])
    func `other kinds satisfy nothing`(kind: FieldKind) {
        #expect(!holds("0", .hour, 0...23, kind: kind))
    }
}
