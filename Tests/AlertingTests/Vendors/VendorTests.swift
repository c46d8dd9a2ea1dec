import Alerting
import Testing

@Suite struct VendorTests {
    @Test(arguments: [
        ("https://status.example.com/", true), ("https://a.example/b_c?d=e&f=g#h", true), ("http://a.example/", false),
        ("https://a.example/)", false), ("https://u@a.example/", false), ("https://a.example/ x", false), ("https://a/", false),
        ("https://a.example/`", false), ("javascript:alert(1)", false), ("https://a.example/\u{202e}", false), ("", false),
        ("https://a.example/" + String(repeating: "a", count: 600), false),
    ])
    func pages(address: String, isPage: Bool) { #expect(FollowableLink.isPage(address) == isPage) }

    @Test(arguments: [
        ("mailto:security@example.com", true), ("https://a.example/report", true), ("security@example.com", false),
        ("mailto:a@b@c.d", false), ("mailto:@c.d", false), ("mailto:a@localhost", false), ("mailto:a@b.c?bcc=x", false),
    ])
    func contacts(address: String, isContact: Bool) { #expect(FollowableLink.isContact(address) == isContact) }

    @Test func `several products have what they agree on`() {
        let register = VendorRegister([
            Vendor(product: "a", name: "M", securityContact: "c", statusPage: "s1"),
            Vendor(product: "b", name: "M", securityContact: "c", statusPage: "s2"), Vendor(product: "x", name: "X"),
        ])
        #expect(register.products == ["a", "b", "x"])
        #expect(register.vendor(of: ["b", "a"]) == Vendor(product: "a", name: "M", securityContact: "c"))
        #expect(register.vendor(of: ["a"])?.statusPage == "s1")
        #expect(register.vendor(of: ["a", "x"]) == nil)
        #expect(register.vendor(of: ["a", "unknown"]) == nil)
        #expect(register.vendor(of: []) == nil)
    }
}
