import EventModel

// Unsafe: reads only the bytes of the value that it is given.

/// Addresses in values, for tests on networks.
enum CIDRTest {
    /// The longest text of an IPv6 address with an embedded IPv4 one, and brackets.
    static let maximumLength = 48

    /// The address that the whole value is; nil for anything else.
    static func parse(_ value: UnsafeRawBufferPointer) -> IPAddress? {
        guard value.count >= 2, value.count <= maximumLength else { return nil }
        return IPAddress(value)
    }
}
