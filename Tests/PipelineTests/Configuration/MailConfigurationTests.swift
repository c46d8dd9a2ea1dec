import Alerting
import EventModel
import Foundation
import LocatedYAML
import Pipeline
import TestSupport
import Testing

struct MailConfigurationTests {
    private static func read(_ text: String) -> (Configuration?, [Diagnostic]) {
        ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: "/etc/perimeter")
    }

    @Test func everyKeyIsRead() throws {
        let (read, diagnostics) = Self.read("""
            mail:
              - name: soc-mail
                server: smtp.example.com:2525
                tls: implicit
                from: siem@example.com
                to: [soc@example.com, lead@example.com]
                user: siem
                password: file:smtp.password
                hello: siem.example.com
                minimum_level: high
                send_resolved: false
                timeout: 90s
                external_url: https://siem.example.com/findings/{}
                playbook_url: https://wiki.example.com/{}
                allow_private_addresses: true
                allow_insecure: true
                ca_file: ca.pem
            """)
        let configuration = try #require(read, "\(diagnostics)")
        let mail = try #require(configuration.mail.first)
        let mailbox = mail.mailbox
        #expect(mailbox.name == "soc-mail")
        #expect(mailbox.server.description == "smtp.example.com:2525")
        #expect(mailbox.security == .implicit)
        #expect(mailbox.sender.description == "siem@example.com")
        #expect(mailbox.recipients.map(\.description) == ["soc@example.com", "lead@example.com"])
        #expect(mailbox.user == "siem" && mailbox.hello == "siem.example.com")
        #expect(mail.password?.place == .file("/etc/perimeter/smtp.password"))
        #expect(mailbox.minimumLevel == .high && !mailbox.sendsResolved && mailbox.timeout == .seconds(90))
        #expect(mailbox.options.externalURL == LinkBase("https://siem.example.com/findings/{}"))
        #expect(mailbox.options.playbookURL == LinkBase("https://wiki.example.com/{}"))
        #expect(mailbox.allowsPrivateAddresses && mailbox.allowsInsecure)
        #expect(mailbox.authoritiesFile == "/etc/perimeter/ca.pem")
    }

    @Test func littleIsNeeded() throws {
        let (read, diagnostics) = Self.read("mail:\n  - {name: a, server: smtp.example.com, from: a@b.example, to: c@d.example}")
        let configuration = try #require(read, "\(diagnostics)")
        let mail = try #require(configuration.mail.first)
        #expect(mail.mailbox.security == .starttls && mail.mailbox.server.port == 587 && mail.mailbox.minimumLevel == .low)
        #expect(mail.mailbox.sendsResolved && mail.mailbox.timeout == .seconds(60) && mail.password == nil)
    }

    private static func entry(_ more: String) -> String {
        "mail:\n  - {name: a, server: s.example, from: a@b.example, to: c@d.example, \(more)}"
    }

    @Test(arguments: [
        ("mail:\n  - {server: s.example, from: a@b.example, to: c@d.example}", "2:5", "required key \"name\" is missing"),
        ("mail:\n  - {name: a, from: a@b.example, to: c@d.example}", "2:5", "required key \"server\" is missing"),
        ("mail:\n  - {name: a, server: s.example, to: c@d.example}", "2:5", "required key \"from\" is missing"),
        ("mail:\n  - {name: a, server: s.example, from: a@b.example}", "2:5", "required key \"to\" is missing"),
        ("mail:\n  - {name: a, server: 'smtp://x', from: a@b.example, to: c@d.example}", "2:23", "must be like smtp.example.com:587"),
        ("mail:\n  - {name: a, server: s.example, from: SIEM <a@b.example>, to: c@d.example}", "2:40", "without a name before it"),
        ("mail:\n  - {name: a, server: s.example, from: a@b.example, to: [c@d.example, c]}", "2:57", "must be like soc@example.com"),
        ("mail:\n  - {name: a, server: s.example, from: a@b.example, to: [c@d.example, c@d.example]}", "2:57", "none of them twice"),
        (entry("tls: tarttls"), "2:75", "did you mean \"starttls\"?"), (entry("tls: none"), "2:75", "set allow_insecure"),
        (entry("tls: none, allow_insecure: true, user: u, password: env:P"), "2:109", "a password is not sent without TLS"),
        (entry("user: u"), "2:5", "required key \"password\" is missing"),
        (entry("password: env:P"), "2:5", "required key \"user\" is missing"),
        (entry("user: u, password: hunter2"), "2:89", "env:NAME, file:PATH or credential:NAME"),
        (entry("hello: a b"), "2:77", "this machine's name"),
        (entry("timeout: 10m"), "2:79", "at most 300 s"), (entry("external_url: x"), "2:84", "https:// or http://"),
        (entry("ca_fil: x"), "2:70", "did you mean \"ca_file\"?"), (entry("minimum_level: hihg"), "2:85", "did you mean \"high\"?"),
        (
            "webhooks:\n  - {name: a, url: https://x, format: slack}\n" + entry(""), "4:12", "taken by the entry at line 2"
        ),
        (entry("") + "\nrouting: {route: {receiver: b}}", "3:29", "there are a, none"),
    ])
    func saysWhatIsWrongAndWhere(text: String, place: String, message: String) {
        let (configuration, diagnostics) = Self.read(text)
        #expect(configuration == nil)
        let found = diagnostics.contains { "\($0.location.line):\($0.location.column)" == place && $0.message.contains(message) }
        #expect(found, "\(diagnostics)")
        #expect(diagnostics.allSatisfy { !$0.description.contains("hunter2") })
    }

    @Test func routesNameMailboxes() throws {
        let (read, diagnostics) = Self.read(
            Self.entry("send_resolved: false") + "\nrouting: {route: {receiver: none, routes: [{matchers: [level=high], receiver: a}]}}")
        let configuration = try #require(read, "\(diagnostics)")
        let routing = try #require(configuration.routing)
        #expect(routing.receivers["a"] == .init(sendsResolved: false))
    }

    @Test func passwordsAreFetchedAndChecked() throws {
        let folder = try TemporaryFolder()
        let place = try folder.file("password", Data("correct horse\n".utf8)).path
        let (read, _) = Self.read(Self.entry("user: u, password: 'file:\(place)'"))
        let mailboxes = try MailSetup.mailboxes(try #require(read))
        #expect(mailboxes.map(\.name) == ["a"])
        try folder.file("password", Data("a\u{1}hunter2".utf8))
        let error = #expect(throws: StartError.self) { _ = try MailSetup.mailboxes(try #require(read)) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("mail a") && text.contains("none of them a control") && !text.contains("hunter2"), "\(text)")
    }
}
