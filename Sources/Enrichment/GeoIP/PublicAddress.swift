import EventModel

// Hot path.

extension IPAddress {
    /// Whether the address can belong to a host on the Internet: not one of those that IANA's registries of special-purpose
    /// addresses (RFC 6890) keep for private networks, one link, one host or groups.
    var isPublic: Bool {
        if isV4 {
            let bits = UInt32(truncatingIfNeeded: low)
            switch bits &>> 24 {
            case 0, 10, 127, 224...255: return false
            case 100: return bits & 0xffc0_0000 != 0x6440_0000  // 100.64.0.0/10, RFC 6598
            case 169: return bits &>> 16 != 0xa9fe
            case 172: return bits & 0xfff0_0000 != 0xac10_0000
            case 192: return bits &>> 16 != 0xc0a8 && bits &>> 8 != 0xc0_0000
            default: return true
            }
        }
        // Of IPv6, 2000::/3 is given out, and the well-known prefix of NAT64 (RFC 6052).
        return high &>> 61 == 1 || high == 0x0064_ff9b_0000_0000
    }
}
