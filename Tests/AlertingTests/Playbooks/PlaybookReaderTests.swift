import Alerting
import EventModel
import Testing

@Suite struct PlaybookReaderTests {
    private static let text = """
        # Account takeover

        {{ rule.title }} of {{identity}}.

        ## Contain

        - [ ] End the sessions of
          {{ identity }}
        - [x] Block `{{ src_endpoint.ip }}`

        ## Tell

        1. Not a step
        * [ ] The owner

        """

    private func problems(_ text: String, name: String = "a") -> [String] {
        Playbook.read(Array(text.utf8), name: name).problems.map { "\($0.line):\($0.column) \($0.message)" }
    }

    @Test func `sections and steps`() throws {
        let (playbook, problems) = Playbook.read(Array(Self.text.utf8), name: "account-takeover")
        #expect(problems == [])
        let read = try #require(playbook)
        #expect(read.name == "account-takeover")
        #expect(read.title == "Account takeover")
        #expect(read.sections.map(\.title) == ["Contain", "Tell"])
        #expect(read.steps.map(\.section) == [0, 0, 1])
        #expect(Set(read.steps.map(\.id)).count == 3)
        let values = PlaybookValues(.make(group: [.init(field: "identity", value: "dana")]))
        #expect(read.steps.map { read.text(of: $0, values, for: .terminal) } == [
            "End the sessions of dana", "Block `(not known)`", "The owner",
        ])
    }

    @Test func `a step's id is that of its text alone`() throws {
        func ids(_ text: String) throws -> [String] {
            try #require(Playbook.read(Array(text.utf8), name: "a").playbook).steps.map(\.id)
        }
        let original = try ids("# T\n## A\n- [ ] one {{ identity }}\n- [ ] two\n")
        #expect(try ids("# Other\n## B\n* [x] two\n## C\n+ [ ] one\n  {{identity}}\n") == original.reversed())
        #expect(try ids("# T\n## A\n- [ ] one, {{ identity }}\n- [ ] two\n")[0] != original[0])
    }

    @Test(arguments: [
        ("## A\n- [ ] x", ["1:1 a playbook begins with its title, as in \"# Account takeover\""]),
        ("# T\n## A\ntext", ["1:1 a playbook needs a step, as in \"- [ ] End the sessions\""]),
        ("# T\n- [ ] x", ["2:1 a step stands under a section, as in \"## Contain\""]),
        ("# T\n## A\n- [ ] x\n- [ ] x", ["4:1 the step stands at line 3 already"]),
        ("# T\n# U\n## A\n- [ ] x", ["2:1 a playbook has one title; write \"##\" for its sections"]),
        ("# T\n## A\n- [ ] x {{ identty }}", ["3:9 nothing is called \"identty\"; did you mean \"identity\"?"]),
        ("# T\nto {{ zzz }} and {{ qqq\n## A\n- [ ] x", [
            "2:4 nothing is called \"zzz\"", "2:18 \"{{\" has no \"}}\" on its line",
        ]),
        ("# T\n## A\n- [ ] x `y", ["3:1 code begins on this line and does not end on it"]),
        ("# T\n## A\n- [ ] x\n```\ny", ["5:1 a block of code has no end"]),
        ("# T\n## A\n- [ ] x\n\n    y {{ identity }}", [
            "5:1 a placeholder in code that is only indented; put the code between lines of ```",
        ]),
        ("# T {{ identity }}\n## A\n- [ ] x", ["1:1 a heading has no placeholders"]),
        ("# T\n## A\n- [ ] x\u{1b}[2J", ["3:1 the line has a control character; indent with blanks"]),
        ("# T\n## A\n- [ ] x\u{202e}", ["3:1 the line has a control character; indent with blanks"]),
        ("# T\n## A\n- [ ] ", ["3:1 the step says nothing"]),
    ])
    func `everything that is wrong has its line`(text: String, expected: [String]) {
        #expect(problems(text) == expected)
    }

    @Test func bounds() {
        let many = "# T\n## A\n" + (0...100).map { "- [ ] step \($0)\n" }.joined()
        #expect(problems(many) == ["1:1 a playbook has at most 100 steps"])
        let long = String(repeating: "a", count: 65_537)
        #expect(problems(long) == ["1:1 the playbook is longer than 65536 bytes; split it"])
        #expect(Playbook.read([0x23, 0x20, 0xff], name: "a").problems.map(\.message) == ["the playbook is not UTF-8"])
        #expect(problems("# T", name: "../a").count == 1)
    }
}
