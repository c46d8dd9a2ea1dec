import Normaliser
import Testing

@Suite struct IdentityFormsTests {
    private static let forms = IdentityForms(domainAliases: ["Example.co.uk": "example.com", "old.example": "example.com"])

    @Test(arguments: [
        ("Ana.Silva@Example.COM", "ana.silva@example.com"),
        ("ana+git@example.com", "ana@example.com"),
        ("ana+git+hub@example.com", "ana@example.com"),
        ("+git@example.com", "+git@example.com"),
        ("ana+@example.com", "ana@example.com"),
        ("ana@EXAMPLE.co.uk", "ana@example.com"),
        ("ana+x@old.example", "ana@example.com"),
        ("ana@mail.example.co.uk", "ana@mail.example.co.uk"),
        ("ana@notexample.co.uk", "ana@notexample.co.uk"),
        // Here the plus stands between an account's number and its login.
        ("4711+Ana@users.noreply.github.com", "4711+ana@users.noreply.github.com"),
        ("no address", "no address"),
        ("@", "@"),
        ("", ""),
        // Anybody can call a mailbox so at a domain of theirs.
        ("Ana_Example.org#EXT#@tenant.onmicrosoft.com", "ana_example.org#ext#@tenant.onmicrosoft.com"),
    ])
    func anAddressHasOneForm(written: String, normal: String) {
        #expect(Self.forms.normalForm(written) == normal)
        #expect(Self.forms.normalForm(normal) == normal, "the normal form is its own")
    }

    @Test(arguments: [
        ("Ana_Example.org#EXT#@tenant.onmicrosoft.com", "ana@example.org"),
        ("ana_silva_example.org#EXT#@tenant.onmicrosoft.com", "ana_silva@example.org"),
        ("ana+x_example.co.uk#EXT#@tenant.onmicrosoft.com", "ana@example.com"),
        ("live.com#ana@example.org", "ana@example.org"),
        ("_example.org#EXT#@tenant.onmicrosoft.com", "_example.org#ext#@tenant.onmicrosoft.com"),
        ("ana#EXT#@tenant.onmicrosoft.com", "ana#ext#@tenant.onmicrosoft.com"),
        ("ana_localhost#EXT#@tenant.onmicrosoft.com", "ana_localhost#ext#@tenant.onmicrosoft.com"),
        ("team#1@example.org", "team#1@example.org"),
        ("#ext#@example.org", "#ext#@example.org"),
        ("ana@example.org", "ana@example.org"),
    ])
    func aGuestIsWhoWasInvited(written: String, normal: String) {
        #expect(Self.forms.normalForm(written, isGuestKnown: true) == normal)
    }

    @Test func tagsCanBeKept() {
        let forms = IdentityForms(joinsPlusTags: false)
        #expect(forms.normalForm("Ana+git@example.com") == "ana+git@example.com")
    }

    /// A name in the configuration may be written in any form.
    @Test func configuredNamesHaveTheSameForm() {
        let resolver = IdentityResolver(
            [.init(canonical: "Ana@example.com", aliases: ["ana.silva+work@example.co.uk", "GitHub:Ana-S"])], forms: Self.forms)
        for name in ["ana@old.example", "ana.silva@example.com", "github:ana-s", "ANA+1@example.com"] {
            #expect(resolver.canonical(of: name) == "ana@example.com")
        }
        #expect(resolver.canonical(of: "Ben+1@old.example") == "ben@example.com")
    }
}
