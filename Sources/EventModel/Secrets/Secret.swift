/// A password, token or key. Printing, logging and dumping it shows nothing of it.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself: for the one place that sends it or signs with it.
    public let value: String

    public init(_ value: String) { self.value = value }

    public var description: String { "<redacted>" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Whether `given` is the secret. Takes as long for any text of its length: time tells nothing of where they differ.
    public func matches(_ given: some Sequence<UInt8>) -> Bool {
        var difference: UInt8 = 0
        var expected = value.utf8.makeIterator()
        var count = 0
        for byte in given {
            difference |= byte ^ (expected.next() ?? ~byte)
            count += 1
        }
        return difference == 0 && count == value.utf8.count
    }
}
