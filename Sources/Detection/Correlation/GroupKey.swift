/// A group of one rule as a number: 128 bits of hash over its folded values. Two groups are told apart by it alone.
public struct GroupKey: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 hexadecimal digits.
    var hexadecimal: String {
        var digits: [UInt8] = []
        digits.reserveCapacity(32)
        for word in [high, low] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                digits.append(Array("0123456789abcdef".utf8)[Int((word &>> shift) & 15)])
            }
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
