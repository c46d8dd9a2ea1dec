import EventModel
import Testing

struct ConfidenceTests {
    @Test(arguments: [
        ("stable", .high), ("test", .medium), ("experimental", .low), ("deprecated", .low), ("unsupported", .low), ("Stable", nil),
        ("", nil), (nil, nil),
    ] as [(String?, Confidence?)])
    func `a rule's status says how sure it is`(status: String?, confidence: Confidence?) {
        #expect(Confidence(ruleStatus: status) == confidence)
    }

    @Test func `in the order of OCSF's ids`() {
        #expect(Confidence.allCases.map(\.confidenceID) == [1, 2, 3])
        #expect(Confidence.low < .medium && Confidence.medium < .high)
    }
}
