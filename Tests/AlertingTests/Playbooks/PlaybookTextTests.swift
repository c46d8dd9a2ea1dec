import Alerting
import EventModel
import Testing

@Suite struct PlaybookTextTests {
    /// What is written for the value where a playbook says `{{ identity }}`.
    private func filled(_ value: String, in place: String, for target: PlaybookTarget) throws -> String {
        let text = "# T\n## A\n- [ ] \(place)\n"
        let playbook = try #require(Playbook.read(Array(text.utf8), name: "a").playbook)
        let finding = Finding.make(group: [.init(field: "identity", value: value)])
        return playbook.text(of: playbook.steps[0], PlaybookValues(finding), for: target)
    }

    @Test(arguments: [
        ("dana@example.com", "<dana@example.com>", #"<dana\@example\.com>"#),
        ("", "<(not known)>", "<(not known)>"),
        ("a  b\n# c", "<a b # c>", ##"<a b \# c>"##),
        ("\u{1b}]0;x\u{7}\u{9b}31m", "<\u{fffd}]0;x\u{fffd}\u{fffd}31m>", "<\u{fffd}\\]0\\;x\u{fffd}\u{fffd}31m>"),
        ("a\u{202e}cod\u{200b}e", "<a\u{fffd}cod\u{fffd}e>", "<a\u{fffd}cod\u{fffd}e>"),
        ("[x](https://evil.example)", "<[x](https://evil.example)>", #"<\[x\]\(https\:\/\/evil\.example\)>"#),
        ("<img src=x>&", "<<img src=x>&>", #"<&lt;img src\=x&gt;&amp;>"#),
        ("**b** _i_ ~~s~~ `c` |", "<**b** _i_ ~~s~~ `c` |>", #"<\*\*b\*\* \_i\_ \~\~s\~\~ \`c\` \|>"#),
        ("Größe 東京", "<Größe 東京>", "<Größe 東京>"),
    ])
    func `strangers' values do not act in prose`(value: String, terminal: String, markdown: String) throws {
        #expect(try filled(value, in: "<{{ identity }}>", for: .terminal) == terminal)
        #expect(try filled(value, in: "<{{ identity }}>", for: .markdown) == markdown)
    }

    @Test(arguments: [
        ("dana.reyes+x@example.com", "dana.reyes+x@example.com"), ("2001:db8::1", "2001:db8::1"),
        ("github:4711/x", "github:4711/x"), ("x'; rm -rf ~; '", "x???rm?-rf?????"),
        ("$(id)`id`", "??id??id?"), ("-rf", "?rf"), ("/re/", "?re/"), ("a\"b\\c", "a?b?c"), ("a*b", "a?b"), ("a\nb", "a?b"),
        ("\u{202e}x", "?x"), ("Größe", "Größe"), ("", "(not known)"),
    ])
    func `strangers' values do not act in code`(value: String, expected: String) throws {
        for target in PlaybookTarget.allCases {
            let text = try filled(value, in: "`siemctl search 'identity:{{ identity }}'`", for: target)
            #expect(text == "`siemctl search 'identity:\(expected)'`")
        }
    }

    @Test func `a fence is code, and a backtick in it ends nothing`() throws {
        let text = "# T\n## A\n- [ ] run\n```sh\necho '`' '{{ identity }}'\n```\n- [ ] {{ identity }}\n"
        let playbook = try #require(Playbook.read(Array(text.utf8), name: "a").playbook)
        let values = PlaybookValues(.make(group: [.init(field: "identity", value: "a;b")]))
        #expect(playbook.text(values, for: .markdown) == "# T\n## A\n- [ ] run\n```sh\necho '`' 'a?b'\n```\n- [ ] a\\;b\n")
    }

    @Test func `long values are cut`() throws {
        let long = String(repeating: "é", count: 10_000)
        #expect(try filled(long, in: "{{ identity }}", for: .terminal).utf8.count <= 512)
        #expect(try filled(long, in: "`{{ identity }}`", for: .terminal) == "`" + String(repeating: "é", count: 256) + "*`")
    }

    @Test func `what is done is ticked`() throws {
        let text = "# T\n## A\n- [ ] one\n* [x] two\n  - [X] three\n"
        let playbook = try #require(Playbook.read(Array(text.utf8), name: "a").playbook)
        let done: Set = [playbook.steps[2].id, "unknown"]
        let shown = playbook.text(PlaybookValues(.make()), for: .terminal, done: done)
        #expect(shown == "# T\n## A\n- [ ] one\n* [ ] two\n  - [x] three\n")
    }

    @Test func `links of the register stay links`() throws {
        let text = """
            # T
            ## A
            - [ ] {{ vendor.name }}: {{ vendor.status_page }} {{ vendor.security_contact }} {{ vendor.revocation }}
            """
        let playbook = try #require(Playbook.read(Array(text.utf8), name: "a").playbook)
        let vendor = Vendor(product: "okta", name: "O*kta", statusPage: "https://status.example.com/a_b")
        let values = PlaybookValues(.make(), vendor: vendor)
        #expect(playbook.text(of: playbook.steps[0], values, for: .markdown) ==
            #"O\*kta: https://status.example.com/a_b (not known) (not known)"#)
    }

    @Test func `every name has its value`() throws {
        let finding = Finding.make(
            uid: "u", description: "d", group: [.init(field: "uid", value: "theirs"), .init(field: "user.name", value: "n")],
            evidence: 2)
        let text = """
            # T
            ## A
            - [ ] {{ uid }} {{ kind }} {{ count }} {{ rule.id }} {{ rule.level }} {{ first_seen }} {{ user.name }}
            """
        let playbook = try #require(Playbook.read(Array(text.utf8), name: "a").playbook)
        #expect(playbook.text(of: playbook.steps[0], PlaybookValues(finding), for: .terminal) ==
            "u event_count 2 rule-1 high 2026-11-24T12:00:00Z n")
    }
}
