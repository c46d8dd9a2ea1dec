import EventModel
import Testing

@Suite struct IPNetworkTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "9.255.255.255", false),
        ("192.0.2.128/25", "192.0.2.128", true), ("192.0.2.128/25", "192.0.2.127", false), ("0.0.0.0/0", "203.0.113.7", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "::1", true), ("::/0", "192.0.2.1", false), ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false), ("192.0.2.7/32", "::ffff:192.0.2.7", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false), ("2001:db8::/64", "2001:db8::ffff:0:0:1", true),
        ("2001:db8::/64", "2001:db8:0:1::", false), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
        ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false), ("2001:db8::1", "2001:db8::1", true),
        ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("::ffff:10.0.0.0/104", "11.1.2.3", false),
    ])
    func contains(network: String, address: String, expected: Bool) throws {
        #expect(try IPNetwork.parse(network).contains(#require(IPAddress(address))) == expected)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("2001:DB8:0::/32", "2001:db8::/32"), ("::1", "::1/128"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"),
    ])
    func describes(text: String, canonical: String) {
        #expect(IPNetwork(text)?.description == canonical)
        #expect(IPNetwork(canonical) == IPNetwork(text))
        #expect(IPNetwork.flaw(of: text) == nil)
    }

    @Test(arguments: [
        ("", .notAnAddress("")), ("/8", .notAnAddress("")), ("host/8", .notAnAddress("host")),
        ("10.0.0/8", .notAnAddress("10.0.0")),
        ("10.0.0.0/", .badPrefixLength("", maximum: 32)), ("10.0.0.0/33", .badPrefixLength("33", maximum: 32)),
        ("10.0.0.0/+8", .badPrefixLength("+8", maximum: 32)), ("10.0.0.0/08", .badPrefixLength("08", maximum: 32)),
        ("10.0.0.0/8/8", .badPrefixLength("8/8", maximum: 32)),
        ("10.0.0.0/255.0.0.0", .badPrefixLength("255.0.0.0", maximum: 32)),
        ("::/129", .badPrefixLength("129", maximum: 128)), ("::ffff:10.0.0.0/8", .badPrefixLength("8", maximum: 128)),
        ("10.0.0.1/8", .hostBitsSet(suggestion: "10.0.0.0/8")), ("2001:db8::1/64", .hostBitsSet(suggestion: "2001:db8::/64")),
        ("1.0.0.0/0", .hostBitsSet(suggestion: "0.0.0.0/0")),
    ] as [(String, IPNetwork.Flaw)])
    func refuses(text: String, flaw: IPNetwork.Flaw) {
        #expect(IPNetwork(text) == nil)
        #expect(IPNetwork.flaw(of: text) == flaw.description)
        #expect(throws: flaw) { try IPNetwork.parse(text) }
    }
}
