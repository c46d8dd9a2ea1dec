import Alerting
import EventModel
import Testing

@Suite struct MailboxTests {
    private static func mailbox(
        name: String = "soc", server: String = "smtp.example.com", security: Mailbox.Security = .starttls, to: [String] = ["a@b.example"],
        user: String? = nil, hello: String? = nil, timeout: Int = 20, allowsInsecure: Bool = false
    ) throws -> Mailbox {
        let server = try #require(MailServer(server, defaultPort: security.defaultPort))
        let sender = try #require(EmailAddress("siem@example.com"))
        return try Mailbox(
            name: name, server: server, security: security, sender: sender, recipients: to.compactMap { EmailAddress($0) }, user: user,
            hello: hello, timeout: .seconds(timeout), allowsInsecure: allowsInsecure)
    }

    @Test(arguments: [
        ("smtp.example.com", "smtp.example.com", 587), ("smtp.example.com:25", "smtp.example.com", 25), ("10.0.0.1:465", "10.0.0.1", 465),
        ("[2001:db8::1]:2525", "2001:db8::1", 2_525), ("[::1]", "::1", 587), ("localhost:1", "localhost", 1),
    ])
    func readsServers(text: String, host: String, port: Int) throws {
        let server = try #require(MailServer(text, defaultPort: 587))
        #expect(server.host == host && server.port == port)
    }

    @Test(arguments: [
        "", ":25", "a:", "a:0", "a:65536", "a:+5", "a:25:25", "::1", "[::1", "[::1]25", "[::1]:", "[10.0.0.1]:25", "[a]", "smtp://a", "a b",
        "a/b", "a\r\nb", "ä.example", "-a.example", "a..b", "user@a",
    ])
    func refusesServers(text: String) { #expect(MailServer(text, defaultPort: 587) == nil) }

    @Test func isStrictUnlessTold() throws {
        let mailbox = try Self.mailbox()
        #expect(mailbox.security == .starttls && !mailbox.allowsPrivateAddresses && mailbox.server.port == 587)
        #expect(mailbox.options.recipients == mailbox.recipients && mailbox.options.sender == mailbox.sender)
        #expect(try Self.mailbox(server: "127.0.0.1", security: .none, user: "u").server.port == 25)
        #expect(try Self.mailbox(security: .none, allowsInsecure: true).security == .none)
        for hello in ["siem.example.com", "[192.0.2.1]", "[IPv6:2001:db8::1]"] { #expect(try Self.mailbox(hello: hello).hello == hello) }
    }

    @Test func refuses() throws {
        let many = (0..<51).map { "a\($0)@b.example" }
        let cases: [(key: String, make: () throws -> Mailbox)] = [
            ("name", { try Self.mailbox(name: "a b") }), ("to", { try Self.mailbox(to: []) }), ("to", { try Self.mailbox(to: many) }),
            ("to", { try Self.mailbox(to: ["a@b.example", "a@b.example"]) }), ("tls", { try Self.mailbox(security: .none) }),
            ("user", { try Self.mailbox(security: .none, user: "u", allowsInsecure: true) }), ("user", { try Self.mailbox(user: "") }),
            ("user", { try Self.mailbox(user: "a\r\nb") }), ("user", { try Self.mailbox(user: "a\0b") }),
            ("hello", { try Self.mailbox(hello: "a b") }), ("hello", { try Self.mailbox(hello: "a\r\nQUIT") }),
            ("hello", { try Self.mailbox(hello: "[::1]") }), ("hello", { try Self.mailbox(hello: "[IPv6:10.0.0.1]") }),
            ("timeout", { try Self.mailbox(timeout: 0) }), ("timeout", { try Self.mailbox(timeout: 301) }),
        ]
        for (key, make) in cases {
            let error = #expect(throws: MailboxError.self) { _ = try make() }
            #expect(error?.key == key)
        }
    }

    @Test(arguments: ["", "hunter2\r\n", "hunter2\0", String(repeating: "hunter2", count: 200)])
    func passwordsAreCheckedAndNeverShown(password: String) throws {
        let mailbox = try Self.mailbox(user: "u")
        let error = #expect(throws: MailboxError.self) { _ = try mailbox.with(password: Secret(password)) }
        #expect(error?.key == "password" && error?.description.contains("hunter2") == false)
        #expect(throws: MailboxError.self) { _ = try Self.mailbox().with(password: Secret("x")) }
        let text = String(reflecting: try mailbox.with(password: Secret("hunter2")))
        #expect(!text.contains("hunter2"))
    }
}
