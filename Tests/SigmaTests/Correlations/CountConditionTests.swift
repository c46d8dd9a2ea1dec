import Sigma
import Testing

@Suite struct CountConditionTests {
    @Test(arguments: [
        (CountCondition(.gt, 2.5), [3, 4]), (CountCondition(.gte, 2.5), [3, 4]), (CountCondition(.lt, 2.5), [1, 2]),
        (CountCondition(.lte, 2.5), [1, 2]), (CountCondition(.eq, 2.5), []), (CountCondition(.neq, 2.5), [1, 2, 3, 4]),
        (CountCondition(.gt, 2), [3, 4]), (CountCondition(.gte, 2), [2, 3, 4]), (CountCondition(.eq, 2), [2]),
        (CountCondition(.neq, 2), [1, 3, 4]), (CountCondition(.lt, 2), [1]), (CountCondition(.lte, 2.0), [1, 2]),
    ])
    func `counts and numbers agree`(condition: CountCondition, expected: [Int]) {
        #expect((1...4).filter { condition.holds($0) } == expected)
        #expect((1...4).filter { condition.holds(Double($0)) } == expected)
    }

    @Test func `whole numbers are exact, fractions have their floor, nothing holds for no number`() {
        #expect(CountCondition(.gt, Int.max - 1).holds(Int.max))
        #expect(!CountCondition(.gt, Int.max).holds(Int.max))
        #expect(CountCondition(.gt, 2.0) == CountCondition(.gt, 2))
        #expect(CountCondition(.gt, -2.5).value == -3)
        #expect(CountCondition(.gt, 1e300).value == Int.max)
        #expect(CountCondition(.gt, -1e300).value == Int.min)
        #expect(CountCondition.Relation.allCases.allSatisfy { !CountCondition($0, 1).holds(Double.nan) })
        #expect(CountCondition(.lt, 2.5).holds(2.25))
    }
}
