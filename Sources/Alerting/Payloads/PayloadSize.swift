/// How much of a notification is written.
struct PayloadSize: Equatable {
    /// How many findings, the worst first.
    var findings: Int
    var texts: TextLimits

    /// Few findings are told in full; of many, each is told more briefly before any is left out.
    private static let manyFindings = 5
    private static let briefText = 400

    /// The next smaller size; nil if there is none.
    func smaller() -> PayloadSize? {
        var size = self
        if texts.text.count > PayloadSize.briefText, let halved = texts.halved() {
            size.texts = halved
        } else if findings > PayloadSize.manyFindings {
            size.findings = max(PayloadSize.manyFindings, findings / 2)
        } else if findings > 1 {
            size.findings -= 1
        } else if let halved = texts.halved() {
            size.texts = halved
        } else {
            return nil
        }
        return size
    }

    /// The largest body that `render` makes of at most `findings` findings and that has at most `maximumBytes`.
    ///
    /// - Parameter render: gives nil for what breaks another limit of the receiver.
    static func fit(
        findings: Int, maximumBytes: Int = Payload.maximumBytes, render: (PayloadSize) -> String?
    ) -> String? {
        var size: PayloadSize? = PayloadSize(findings: findings, texts: findings > manyFindings ? .brief : .full)
        while let current = size {
            if let body = render(current), body.utf8.count <= maximumBytes { return body }
            size = current.smaller()
        }
        return nil
    }
}
