/// A block of IP addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3): `10.0.0.0/8`, `2001:db8::/32`.
public struct IPNetwork: Sendable, Hashable {
    /// The network's first address.
    public let address: IPAddress
    /// How many leading bits all members share: 0...32 for IPv4, 0...128 for IPv6.
    public let prefixLength: Int
    private let highMask: UInt64
    private let lowMask: UInt64

    /// Why a text is not a network.
    public enum Flaw: Error, Sendable, Equatable {
        case notAnAddress(String)
        case badPrefixLength(String, maximum: Int)
        /// The address has bits set beyond the prefix; the network that was probably meant is given.
        case hostBitsSet(suggestion: String)
    }

    /// Reads a network from its text; an address alone is the network of that one address. Nil where `parse` throws.
    public init?(_ text: String) {
        // The reason is for `parse`'s callers.
        guard let network = try? Self.parse(text) else { return nil }
        self = network
    }

    /// Reads a network from its text, or says why it is none. The prefix length is decimal without sign or leading zeros. An
    /// IPv4-mapped network (`::ffff:10.0.0.0/104`) is the IPv4 network it carries.
    public static func parse(_ text: String) throws(Flaw) -> IPNetwork {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { throw .notAnAddress(String(parts[0])) }
        // A mapped address is written with IPv6's 128 bits, of which the first 96 are the mapping itself.
        let isMapped = address.isV4 && parts[0].utf8.contains(UInt8(ascii: ":"))
        let bits = address.isV4 ? 32 : 128
        let writtenBits = isMapped ? 128 : bits
        guard parts.count == 2 else { return IPNetwork(address, prefixLength: bits) }
        guard let written = readPrefixLength(parts[1]), written <= writtenBits, written >= writtenBits - bits else {
            throw .badPrefixLength(String(parts[1]), maximum: writtenBits)
        }
        let network = IPNetwork(address, prefixLength: written - (writtenBits - bits))
        guard network.address == address else { throw .hostBitsSet(suggestion: network.description) }
        return network
    }

    /// Why `text` is not a network, for a diagnostic; nil if it is one.
    public static func flaw(of text: String) -> String? {
        do throws(Flaw) {
            _ = try parse(text)
            return nil
        } catch {
            return error.description
        }
    }

    /// The network of all addresses that share `prefixLength` bits with `address`; `prefixLength` is brought into range.
    public init(_ address: IPAddress, prefixLength: Int) {
        let bits = address.isV4 ? 32 : 128
        let length = min(max(prefixLength, 0), bits)
        // IPv4 addresses stand in the last 32 of the 128 bits.
        let fixed = length + 128 - bits
        highMask = fixed >= 64 ? .max : ~(UInt64.max >> UInt64(fixed))
        lowMask = fixed >= 128 ? .max : fixed <= 64 ? 0 : ~(UInt64.max >> UInt64(fixed - 64))
        self.prefixLength = length
        self.address =
            address.isV4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: address.low & lowMask))
            : IPAddress(high: address.high & highMask, low: address.low & lowMask)
    }

    /// Whether `other` lies in the network. IPv4 and IPv6 are apart: `::/0` holds no IPv4 address.
    public func contains(_ other: IPAddress) -> Bool {
        other.isV4 == address.isV4 && other.high & highMask == address.high && other.low & lowMask == address.low
    }

    private static func readPrefixLength(_ text: Substring) -> Int? {
        let digits = text.utf8
        guard (1...3).contains(digits.count), digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        guard digits.count == 1 || digits.first != 0x30 else { return nil }
        return Int(text)
    }
}

extension IPNetwork: CustomStringConvertible {
    /// `address/prefixLength`, the address in its canonical text.
    public var description: String { "\(address)/\(prefixLength)" }
}

extension IPNetwork.Flaw: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notAnAddress(let text):
            "\"\(text)\" is not an IP address: write a network as 10.0.0.0/8 or 2001:db8::/32"
        case .badPrefixLength(let text, let maximum):
            "\"\(text)\" is not a prefix length: write a number from 0 to \(maximum)"
        case .hostBitsSet(let suggestion):
            "the address has bits set beyond its prefix: write \(suggestion) for the network, or drop the /length for one address"
        }
    }
}
