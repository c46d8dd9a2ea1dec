/// MITRE ATT&CK in Sigma's tags (`attack.t1110.003`, `attack.credential-access`).
extension RuleSummary {
    /// `T1110.003`
    public var techniques: [String] { attackTags.filter(Self.isTechnique).map { $0.uppercased() } }

    /// As Sigma names them: `credential-access`. Groups and software (`g0016`, `s0154`) are none.
    public var tactics: [String] {
        attackTags.filter { !$0.contains(where: \.isNumber) }.map { $0.lowercased().replacing("_", with: "-") }
    }

    private var attackTags: [String] {
        tags.filter { $0.lowercased().hasPrefix("attack.") }.map { String($0.dropFirst(7)) }
    }

    /// `t1110` or `t1110.003`
    private static func isTechnique(_ name: String) -> Bool {
        name.utf8.count >= 5 && name.lowercased().hasPrefix("t") && name.dropFirst().allSatisfy { $0.isNumber || $0 == "." }
    }
}
