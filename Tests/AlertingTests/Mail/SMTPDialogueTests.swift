import Alerting
import EventModel
import Testing

@Suite struct SMTPDialogueTests {
    private static let password = "hunter2"
    /// `\0siem\0hunter2`, `siem`, `hunter2` in base64.
    private static let (plain, user, secret) = ("AHNpZW0AaHVudGVyMg==", "c2llbQ==", "aHVudGVyMg==")

    struct Setting: Sendable {
        var security = Mailbox.Security.starttls
        var host = "smtp.example.com"
        var hasUser = true
        var recipients = ["a@b.example"]
        var text = "x\r\n"
    }

    private static func dialogue(_ setting: Setting) throws -> SMTPDialogue {
        let server = try #require(MailServer(setting.host, defaultPort: 25))
        let sender = try #require(EmailAddress("siem@example.com"))
        let recipients = setting.recipients.compactMap { EmailAddress($0) }
        var mailbox = try Mailbox(
            name: "soc", server: server, security: setting.security, sender: sender, recipients: recipients,
            user: setting.hasUser ? "siem" : nil, hello: "siem.example.com", allowsInsecure: true)
        if setting.hasUser { mailbox = try mailbox.with(password: Secret(Self.password)) }
        return SMTPDialogue(mailbox, recipients: recipients, message: SMTPMessage(setting.text))
    }

    /// What is done, an entry for each answer: the command, `TLS, ` before it where encryption comes first, `message`, or the end.
    private static func run(_ setting: Setting, _ answers: [String]) throws -> [String] {
        var dialogue = try dialogue(setting)
        var steps: [String] = []
        for answer in answers {
            var parser = SMTPReplyParser()
            parser.append((answer.replacing("\n", with: "\r\n") + "\r\n").utf8)
            let reply = try #require(try parser.next())
            switch dialogue.receive(reply) {
            case .send(let command): steps.append(command)
            case .startTLS(let command): steps.append("TLS, " + command)
            case .sendMessage: steps.append("message")
            case .end(let outcome): steps.append(describe(outcome))
            }
        }
        return steps
    }

    private static func describe(_ outcome: SMTPOutcome) -> String {
        func list(_ refusals: [SMTPAnswers.Refusal]) -> String { refusals.map { "\($0.address) \($0.reason)" }.joined(separator: ", ") }
        return switch outcome {
        case .failed(let reason): "failed: " + reason
        case .rejected(let reason): "rejected: " + reason
        case .answered(let answers):
            "served [\(answers.served.map(\.description).joined(separator: ", "))] "
                + "later [\(list(answers.postponed))] never [\(list(answers.refused))]"
        }
    }

    private static let hello = "EHLO siem.example.com"

    @Test func encryptsThenLogsInThenSends() throws {
        let steps = try Self.run(
            Setting(),
            [
                "220 hi", "250-x\n250-AUTH LOGIN\n250 STARTTLS", "220 go", "250-x\n250-AUTH PLAIN\n250 SIZE 1000", "235 ok", "250 ok",
                "250 ok", "354 go", "250 queued",
            ])
        #expect(
            steps == [
                Self.hello, "STARTTLS", "TLS, " + Self.hello, "AUTH PLAIN " + Self.plain, "MAIL FROM:<siem@example.com> SIZE=3",
                "RCPT TO:<a@b.example>", "DATA", "message", "served [a@b.example] later [] never []",
            ])
    }

    @Test func logsInStepByStep() throws {
        let steps = try Self.run(
            Setting(security: .implicit), ["220 hi", "250-x\n250 AUTH=LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"])
        #expect(steps == [Self.hello, "AUTH LOGIN", Self.user, Self.secret, "MAIL FROM:<siem@example.com>"])
    }

    /// What was said of capabilities without encryption does not hold under it.
    @Test func forgetsWhatWasNotEncrypted() throws {
        let before = ["220 hi", "250-x\n250-AUTH PLAIN\n250-SIZE 1\n250 STARTTLS", "220 go"]
        #expect(try Self.run(Setting(), before + ["250 x"]).last == "failed: the server offers neither AUTH PLAIN nor AUTH LOGIN to siem")
        #expect(try Self.run(Setting(hasUser: false), before + ["250 x"]).last == "MAIL FROM:<siem@example.com>")
    }

    private static let open = ["220 hi", "250 x"]
    private static let local = Setting(security: .none, host: "127.0.0.1", hasUser: false, recipients: ["a@b.c", "d@e.f"])

    private static let noOffer = "failed: the server does not offer STARTTLS: nothing was sent; see whether tls must be implicit"

    @Test(arguments: [
        (["220 hi", "250 x"], noOffer),
        (["220 hi", "250-x\n250 XSTARTTLS"], noOffer),
        (["220 hi", "250-STARTTLS\n250 x"], noOffer),
        (["220 hi", "250-x\n250 STARTTLS", "454 no"], "failed: STARTTLS was answered 454 no"),
        (["220 hi", "250-x\n250 STARTTLS", "250 ok"], "failed: STARTTLS was answered 250 ok"),
        (["554 go away"], "failed: the connection was answered 554 go away"), (["250 hi"], "failed: the connection was answered 250 hi"),
        (["421 busy"], "failed: the connection was answered 421 busy"), (["220 hi", "500 what"], "failed: EHLO was answered 500 what"),
        (["220 hi", "220 hi"], "failed: EHLO was answered 220 hi"),
    ])
    func tellsNothingToAServerThatDoesNotEncrypt(answers: [String], end: String) throws {
        let steps = try Self.run(Setting(), answers)
        #expect(steps.last == end)
        #expect(steps.dropLast().allSatisfy { $0 == Self.hello || $0 == "STARTTLS" })
    }

    @Test(arguments: [
        ("535 5.7.8 no hunter2", "535 5.7.8"), ("535 AHNpZW0AaHVudGVyMg==", "535"), ("454 4.7.0 later", "454 4.7.0"),
        ("334 ", "334"), ("421 4.7.0 hunter2", "421 4.7.0"), ("250 ok", "250"),
    ])
    func loginsThatFailAreToldWithoutTheirText(answer: String, codes: String) throws {
        let first = ["220 hi", "250-x\n250 AUTH PLAIN LOGIN"]
        let end = try #require(try Self.run(Setting(security: .implicit), first + [answer]).last)
        #expect(end == "failed: AUTH for siem was answered \(codes)")
        #expect(!end.contains("hunter2") && !end.contains(Self.plain))
    }

    @Test(arguments: [
        (["250 ok", "550 no such user"], "served [] later [] never [a@b.example 550 no such user]"),
        (["250 ok", "450 4.2.0 greylisted"], "served [] later [a@b.example 450 4.2.0 greylisted] never []"),
        (["250 ok", "552 too many"], "served [] later [a@b.example 552 too many] never []"),
        (["250 ok", "354 what"], "failed: RCPT TO was answered 354 what"), (["250 ok", "421 bye"], "failed: RCPT TO was answered 421 bye"),
        (["550 5.7.1 not you"], "rejected: MAIL FROM was answered 550 5.7.1 not you"),
        (["451 later"], "failed: MAIL FROM was answered 451 later"),
        (["354 go"], "failed: MAIL FROM was answered 354 go"), (["421 bye"], "failed: MAIL FROM was answered 421 bye"),
        (["250 ok", "250 ok", "554 no"], "rejected: DATA was answered 554 no"),
        (["250 ok", "250 ok", "250 ok"], "failed: DATA was answered 250 ok"),
        (["250 ok", "250 ok", "354 go", "554 5.6.0 spam"], "rejected: the message was answered 554 5.6.0 spam"),
        (["250 ok", "250 ok", "354 go", "452 full"], "failed: the message was answered 452 full"),
        (["250 ok", "250 ok", "354 go", "421 bye"], "failed: the message was answered 421 bye"),
        (["250 ok", "550 you said hunter2"], "served [] later [] never [a@b.example 550 you said <redacted>]"),
        (["550 aHVudGVyMg=="], "rejected: MAIL FROM was answered 550 <redacted>"),
    ])
    func answersDecide(answers: [String], end: String) throws {
        let shaken = ["220 hi", "250-x\n250 AUTH PLAIN", "235 ok"]
        #expect(try Self.run(Setting(security: .implicit), shaken + answers).last == end)
    }

    @Test(arguments: [
        (["250 a", "550 d"], ["354 go", "250 ok"], "served [a@b.c] later [] never [d@e.f 550 d]"),
        (["450 a", "251 d"], ["354 go", "250 ok"], "served [d@e.f] later [a@b.c 450 a] never []"),
        (["550 a", "450 d"], [], "served [] later [d@e.f 450 d] never [a@b.c 550 a]"),
        (["550 a", "553 d"], [], "served [] later [] never [a@b.c 550 a, d@e.f 553 d]"),
        (["250 a", "250 d"], ["354 go", "250 ok"], "served [a@b.c, d@e.f] later [] never []"),
    ])
    func thoseAcceptedGetIt(recipients: [String], rest: [String], end: String) throws {
        let steps = try Self.run(Self.local, Self.open + ["250 ok"] + recipients + rest)
        #expect(steps.last == end)
        #expect(steps.contains("message") == !rest.isEmpty)
    }

    @Test(arguments: [
        (Setting(security: .implicit, hasUser: false, text: "größe"), "250 8BITMIME", "MAIL FROM:<siem@example.com> BODY=8BITMIME"),
        (
            Setting(security: .implicit, hasUser: false, text: "größe"), "250 SIZE",
            "rejected: the message is not of ASCII alone, and the server does not offer 8BITMIME"
        ),
        (
            Setting(security: .implicit, hasUser: false, text: "12345"), "250 size 6",
            "rejected: the message has 7 bytes, and the server takes 6"
        ),
        (Setting(security: .implicit, hasUser: false), "250 SIZE 0", "MAIL FROM:<siem@example.com> SIZE=3"),
        (Setting(security: .implicit, hasUser: false), "250 SIZE x", "MAIL FROM:<siem@example.com> SIZE=3"),
        (Setting(security: .implicit), "250 AUTH CRAM-MD5", "failed: the server offers neither AUTH PLAIN nor AUTH LOGIN to siem"),
        (Setting(security: .none, host: "127.0.0.1"), "250 AUTH PLAIN", "AUTH PLAIN AHNpZW0AaHVudGVyMg=="),
    ])
    func goesByCapabilities(setting: Setting, capability: String, step: String) throws {
        #expect(try Self.run(setting, ["220 hi", "250-x\n" + capability]).last == step)
    }
}
