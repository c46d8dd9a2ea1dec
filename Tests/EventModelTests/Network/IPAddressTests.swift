import EventModel
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.1", "192.0.2.1"), ("::", "::"), ("::1", "::1"),
        ("1::", "1::"), ("2001:DB8::A", "2001:db8::a"), ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        // RFC 5952: the longest run, the first of equals, never a single group.
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        // IPv4 in the last 32 bits; mapped addresses are IPv4.
        ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:c000:0201", "192.0.2.1"), ("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::1.2.3.4", "::102:304"),
    ])
    func reads(text: String, canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
        #expect(address.isV4 == !canonical.contains(":"))
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.04", "00.0.0.0", "1.2.3.4 ", " 1.2.3.4",
        "0x1.2.3.4", "1.2.3.4:80", "1.2.3.4/8", "1.2.3.-4", ":", ":::", "1:", ":1", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "1::2::3", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "12345::", "g::", "[::1]", "fe80::1%eth0", "::1.2.3", "::1.2.3.4:5",
        "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4", "::01.2.3.4", "1:2:3:4:5:6:7:8:", "::1 ", "1:::2", "localhost",
        "0000:0000:0000:0000:0000:ffff:255.255.255.2555",
    ])
    func refuses(text: String) {
        #expect(IPAddress(text) == nil)
    }

    /// Agrees with the C library about damaged addresses.
    @Test func agreesWithTheCLibrary() {
        var random = SplitMix(seed: 3)
        let seeds = ["192.0.2.1", "2001:db8::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "::", "fe80::a:0:0:1"]
        let alphabet = Array("0123456789abfF:.:.g%".unicodeScalars)
        var accepted = 0
        for _ in 0..<20_000 {
            var scalars = Array(random.pick(seeds).unicodeScalars)
            for _ in 0..<random.below(4) where !scalars.isEmpty {
                let place = random.below(scalars.count)
                switch random.below(3) {
                case 0: scalars[place] = random.pick(alphabet)
                case 1: scalars.insert(random.pick(alphabet), at: place)
                default: scalars.remove(at: place)
                }
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars)
            let expected = Self.systemAddress(text)
            #expect(IPAddress(text) == expected, "\(text)")
            if expected != nil { accepted += 1 }
        }
        #expect(accepted > 2_000)
    }

    private static func systemAddress(_ text: String) -> IPAddress? {
        var v4: UInt32 = 0
        if inet_pton(AF_INET, text, &v4) == 1 { return IPAddress(v4: UInt32(bigEndian: v4)) }
        var v6: (UInt64, UInt64) = (0, 0)
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        return IPAddress(high: UInt64(bigEndian: v6.0), low: UInt64(bigEndian: v6.1))
    }
}
