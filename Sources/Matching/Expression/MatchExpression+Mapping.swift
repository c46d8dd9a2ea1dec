extension MatchExpression {
    /// The expression with each test replaced by what `replacement` gives for it; nil leaves it as it is.
    public func mappingTests(_ replacement: (FieldTest) -> MatchExpression?) -> MatchExpression {
        switch self {
        case .constant: self
        case .test(let test): replacement(test) ?? self
        case .not(let inner): .not(inner.mappingTests(replacement))
        case .all(let members): .all(members.map { $0.mappingTests(replacement) })
        case .any(let members): .any(members.map { $0.mappingTests(replacement) })
        }
    }

    /// Every test in it, as often as it stands there.
    public var tests: [FieldTest] {
        switch self {
        case .constant: []
        case .test(let test): [test]
        case .not(let inner): inner.tests
        case .all(let members), .any(let members): members.flatMap(\.tests)
        }
    }
}
