public import EventModel

/// One run of a scenario. The same id and start make the same records.
public struct Drill: Sendable, Equatable {
    /// A record that the drill sends.
    public struct Record: Sendable, Equatable {
        public var time: Timestamp
        public var product: String
        /// On one line.
        public var json: String

        public init(time: Timestamp, product: String, json: String) {
            self.time = time
            self.product = product
            self.json = json
        }
    }

    /// Small letters and digits. Unguessable, where what is of a drill is treated otherwise: an attacker who knows it can pass
    /// for the drill.
    public let id: String
    public let start: Timestamp
    public let scenario: DrillScenario

    /// Nil if the id is none.
    public init?(_ scenario: DrillScenario, id: String, start: Timestamp) {
        guard Drill.isID(id) else { return nil }
        self.scenario = scenario
        self.id = id
        self.start = start
    }

    /// 4 to 32 small letters and digits.
    public static func isID(_ text: String) -> Bool {
        (4...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) }
    }

    /// An id that nobody guesses: 16 letters and digits, 82 bits.
    public static func randomID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<16).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    public var marker: String { StoredDrill.markPrefix + id }

    /// `invalid` is nobody's (RFC 2606).
    public var actor: String { "\(marker)@drill.invalid" }

    /// One of 192.0.2.0/24 (RFC 5737), the same for the whole drill.
    public var address: String {
        let sum = id.utf8.reduce(UInt32(7)) { ($0 &* 31 &+ UInt32($1)) % 254 }
        return "192.0.2.\(sum + 1)"
    }

    /// The records, in order of their times.
    public func records() -> [Record] {
        var records: [Record] = []
        for (index, step) in scenario.steps.enumerated() {
            for n in 0..<step.count {
                let time = start + step.at + Int64(n) * step.every
                let json = step.record.json { value($0, n: n + 1, step: index, time) }
                records.append(Record(time: time, product: step.product, json: json))
            }
        }
        let order = records.indices.sorted { (records[$0].time, $0) < (records[$1].time, $1) }
        return order.map { records[$0] }
    }

    private func value(_ name: DrillTemplate.Name, n: Int, step: Int, _ time: Timestamp) -> String {
        switch name {
        case .time: RFC3339.format(time)
        case .timeSeconds: String(time.milliseconds / 1_000)
        case .timeMilliseconds: String(time.milliseconds)
        case .id: uuid(n: n, step: step)
        case .n: String(n)
        case .actor: actor
        case .marker: marker
        case .address: address
        }
    }

    /// A UUID of version 8 (RFC 9562): made of a hash, so that the same drill sent twice has the same records.
    private func uuid(n: Int, step: Int) -> String {
        var digits = Array(HashText.hex(["drill", id, String(start.microseconds), String(step), String(n)], bytes: 16))
        digits[12] = "8"
        digits[16] = "a"
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return parts.map { String($0) }.joined(separator: "-")
    }
}
