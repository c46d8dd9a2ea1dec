import EventModel

/// Which of many networks hold an address: one look-up for each prefix length that occurs, however many networks there are.
struct NetworkIndex: Sendable {
    private struct Length: Sendable, Hashable {
        var bits: Int
        var isV4: Bool
    }

    private let tests: [IPNetwork: UInt32]
    private let lengths: [Length]

    /// Networks must be distinct; each has the number of its test.
    init(_ networks: [(network: IPNetwork, test: UInt32)]) {
        tests = Dictionary(uniqueKeysWithValues: networks.map { ($0.network, $0.test) })
        lengths = Array(Set(networks.map { Length(bits: $0.network.prefixLength, isV4: $0.network.address.isV4) }))
    }

    var isEmpty: Bool { tests.isEmpty }

    /// Calls `body` with the test of each network that holds the address.
    func forEachHit(_ address: IPAddress, _ body: (UInt32) -> Void) {
        for length in lengths where length.isV4 == address.isV4 {
            if let test = tests[IPNetwork(address, prefixLength: length.bits)] { body(test) }
        }
    }
}
