import EventModel

/// Kinds of keys in the tables of indicators, as STIX names their objects.
enum IndicatorKind {
    static let network = NetworkKey.kind
    static let domain: UInt8 = 2
    static let url: UInt8 = 3
    static let email: UInt8 = 4
    static let hash: UInt8 = 5

    /// What `enrichments[].data.type` says.
    static func name(_ kind: UInt8, _ key: ArraySlice<UInt8>) -> String {
        switch kind {
        case network: key.last == 4 ? "ipv4-addr" : "ipv6-addr"
        case domain: "domain-name"
        case url: "url"
        case email: "email-addr"
        default: "file-hash"
        }
    }

    /// A key as text.
    static func text(_ kind: UInt8, _ key: ArraySlice<UInt8>) -> String {
        guard kind == network, let network = NetworkKey.network(key) else { return String(decoding: key, as: UTF8.self) }
        let isOne = network.prefixLength == (network.address.isV4 ? 32 : 128)
        return isOne ? network.address.description : network.description
    }
}
