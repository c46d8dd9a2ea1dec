import EventModel
import NIOPosix
#if canImport(Glibc)
import Glibc
#endif

/// Looks a host's addresses up, away from the event loops and Swift's own threads.
enum HostResolver {
    /// All addresses, in the order in which the system would try them. An address as text is itself.
    ///
    /// - Throws: `ResolverError` with the system's reason.
    static func addresses(of host: String) async throws -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        return try await NIOThreadPool.singleton.runIfActive { try lookUp(host) }
    }

    private static func lookUp(_ host: String) throws -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { throw ResolverError(reason: String(cString: gai_strerror(status))) }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw ResolverError(reason: "no address") }
        return addresses
    }

    /// The address as text, and back: in what the fields of its structures are called, C libraries differ.
    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard entry.ai_family == AF_INET || entry.ai_family == AF_INET6 else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = getnameinfo(
            entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard status == 0 else { return nil }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        // `fe80::1%eth0`: the link is no part of the address.
        return IPAddress(String(decoding: bytes.prefix { $0 != UInt8(ascii: "%") }, as: UTF8.self))
    }
}

/// Why a name has no address.
struct ResolverError: Error, CustomStringConvertible {
    var reason: String
    var description: String { "the host's name cannot be resolved: \(reason)" }
}
