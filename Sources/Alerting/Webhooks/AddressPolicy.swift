package import EventModel

/// Which addresses a receiver may have. Keeps a URL, or a name that its owner points elsewhere, from reaching into the network
/// that the daemon runs in (server-side request forgery).
package enum AddressPolicy {
    /// Not globally reachable (IANA's special-purpose registries, RFC 6890), or carriers of IPv4 addresses that may not be.
    private static let special: [IPNetwork] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap { IPNetwork($0) }

    /// Whether the address may be reached by anyone.
    package static func isPublic(_ address: IPAddress) -> Bool {
        !special.contains { $0.contains(address) }
    }

    /// Why none of the host's addresses is connected to; nil if any may be.
    static func refusal(_ host: String, _ addresses: [IPAddress], allowsPrivate: Bool) -> String? {
        guard !allowsPrivate, let hidden = addresses.first(where: { !isPublic($0) }) else { return nil }
        return "\(host) has the address \(hidden), which is not public: set allow_private_addresses"
    }

    /// Whether the host is written as this machine: a loopback address, or `localhost`.
    package static func isLoopback(host: String) -> Bool {
        if host.lowercased() == "localhost" { return true }
        guard let address = IPAddress(host) else { return false }
        return isLoopback(address)
    }

    package static func isLoopback(_ address: IPAddress) -> Bool {
        address.isV4 ? address.low >> 24 == 127 : address.high == 0 && address.low == 1
    }
}
