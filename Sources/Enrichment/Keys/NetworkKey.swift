import EventModel

// Hot path: `find`.

/// Addresses and networks as keys of a table: the prefix length, the family, and the bits of the prefix.
struct NetworkKey {
    static let kind: UInt8 = 1
    private static let length = 18

    /// The key of a network; valid within `body`.
    @inline(__always)
    static func with<Result>(_ network: IPNetwork, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        with(network.address, network.prefixLength, body)
    }

    @inline(__always)
    private static func with<Result>(
        _ address: IPAddress, _ prefixLength: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: length, alignment: 8) { bytes in
            bytes.storeBytes(of: address.high, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: address.low, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: UInt8(truncatingIfNeeded: prefixLength), toByteOffset: 16, as: UInt8.self)
            bytes.storeBytes(of: address.isV4 ? 4 : 6, toByteOffset: 17, as: UInt8.self)
            return body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// The network of a key.
    static func network(_ key: ArraySlice<UInt8>) -> IPNetwork? {
        guard key.count == length else { return nil }
        return key.withUnsafeBytes { bytes in
            let high = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            let low = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let address = bytes[17] == 4
                ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : IPAddress(high: high, low: low)
            return IPNetwork(address, prefixLength: Int(bytes[16]))
        }
    }
}

/// The prefix lengths that the networks of a table have: for an address, one look a length.
struct PrefixLengths: Sendable {
    /// Longest first.
    private var v4: [UInt8] = []
    private var v6: [UInt8] = []

    mutating func insert(_ network: IPNetwork) {
        let length = UInt8(truncatingIfNeeded: network.prefixLength)
        if network.address.isV4 { Self.insert(length, &v4) } else { Self.insert(length, &v6) }
    }

    mutating func formUnion(_ other: PrefixLengths) {
        for length in other.v4 { Self.insert(length, &v4) }
        for length in other.v6 { Self.insert(length, &v6) }
    }

    private static func insert(_ length: UInt8, _ lengths: inout [UInt8]) {
        guard !lengths.contains(length) else { return }
        lengths.append(length)
        lengths.sort(by: >)
    }

    var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    /// Calls back with the key of every network of these lengths that holds the address, the longest first, until it answers
    /// false.
    @inline(__always)
    func forEachKey(of address: IPAddress, _ body: (UnsafeRawBufferPointer) -> Bool) {
        for length in address.isV4 ? v4 : v6 {
            let goesOn = NetworkKey.with(IPNetwork(address, prefixLength: Int(length)), body)
            if !goesOn { return }
        }
    }
}
