import EventModel
import Foundation
import Normaliser
import Testing

/// The patterns of `text` in a mapping file.
@Suite struct LinePatternTests {
    private func captured(_ pattern: String, _ line: String) throws -> [String: String] {
        let quoted = pattern.replacingOccurrences(of: "'", with: "''")
        var fields = try TextFixture.fields(line, text: "  patterns:\n    - {pattern: '\(quoted)', set: {event: read}}")
        #expect(fields.removeValue(forKey: "text.message") == line)
        return fields
    }

    @Test(arguments: [
        ("login {user} from {ip}", "login ana from 192.0.2.7", ["user": "ana", "ip": "192.0.2.7"]),
        ("login {user} from {ip}", "login ana from here from 192.0.2.7", ["user": "ana", "ip": "here from 192.0.2.7"]),
        ("login {user:long} from {ip}", "login ana from here from 192.0.2.7", ["user": "ana from here", "ip": "192.0.2.7"]),
        ("login {user:long} from {ip:ip}*", "login a from x from 192.0.2.7 ok", ["user": "a from x", "ip": "192.0.2.7"]),
        ("login {user:word}*", "login ana petrova", ["user": "ana"]),
        ("a {n:number}b", "a 17b", ["n": "17"]),
        ("a {n:number?}b", "a b", [:]),
        ("{user?} did {what:rest}", "- did this and that", ["what": "this and that"]),
        ("{user} did {what:rest}", "- did this", ["user": "-", "what": "this"]),
        (#"{agent:quoted} {code:number}"#, #""Mozilla \"5\"" 200"#, ["agent": #"Mozilla "5""#, "code": "200"]),
        (#"{agent:quoted?} {code:number}"#, #""-" 200"#, ["code": "200"]),
        ("{} says {user}", "somebody says ana", ["user": "ana"]),
        ("a  b {user}", "a b ana", ["user": "ana"]),
        ("a b {user}", "a    b   ana", ["user": "ana"]),
        (#"x \{{user}\} \* \\"#, #"x {ana} * \"#, ["user": "ana"]),
        ("{ip:ip}: {rest:rest}", "[2001:db8::1]: hello", [:]),
        ("{a.b.c} x", "1 x", ["a.b.c": "1"]),
    ])
    func captures(pattern: String, line: String, expected: [String: String]) throws {
        if pattern == "{ip:ip}: {rest:rest}" {
            // A word ends before the next literal's first byte: an IPv6 address before a colon is none.
            #expect(try captured(pattern, line) == [:])
        } else {
            #expect(try captured(pattern, line) == expected)
        }
    }

    @Test(arguments: [
        ("login {user}", "logout ana"), ("login {user} from {ip:ip}", "login ana from nowhere"),
        ("a {n:number} b", "a 1x b"), ("a {x:word} b", "a two words b"), ("exact", "exactly"), ("exactly", "exact"),
        (#"{agent:quoted} x"#, #""no end x"#), ("Login {user}", "login ana"),
    ])
    func leavesOtherLines(pattern: String, line: String) throws {
        #expect(try captured(pattern, line) == [:])
    }

    @Test func theFirstPatternThatFitsIsTaken() throws {
        let text = """
              apps: [boxd, other]
              patterns:
                - {pattern: 'login {user} now', set: {event: read}}
                - {pattern: 'login {user:word}*', apps: [boxd]}
                - {pattern: 'login {other}', apps: [other]}
            """
        func fields(_ line: String) throws -> [String: String] { try TextFixture.fields(line, text: text, product: nil) }
        #expect(try fields("<13>Nov 20 08:00:00 h boxd: login ana now")["user"] == "ana")
        #expect(try fields("<13>Nov 20 08:00:00 h boxd: login ana later")["user"] == "ana")
        #expect(try fields("<13>Nov 20 08:00:00 h other[7]: login ana later")["other"] == "ana later")
        // A program that the section does not name is not the product's.
        #expect(try fields("<13>Nov 20 08:00:00 h third: login ana") == [:])
    }

    @Test(arguments: [
        ("''", "9:18: error: a pattern without text matches nothing"),
        ("'*'", "\"*\" alone takes every line"),
        ("'a {b'", "9:20: error: this \"{\" has no \"}\""),
        ("'a b}'", "9:21: error: this \"}\" has no \"{\""),
        ("'a * b'", "9:20: error: a \"*\" is the rest of the line and stands last"),
        ("'{a}{b}'", "9:21: error: two captures need text between them"),
        ("'{a:wrod} x'", "9:21: error: unknown kind of capture \"wrod\"; did you mean \"word\"?"),
        ("'{a.} x'", "9:19: error: \"a.\" is no name of a field"),
        ("'{a:rest} x'", "after a capture of the rest nothing can stand"),
        ("'a {b}*'", "takes the rest of the line; give it a kind"),
        (#"'a \x'"#, "9:20: error: a \"\\\" stands before one of { } * \\"),
    ])
    func errorsSayWhatAndWhere(pattern: String, expected: String) throws {
        let diagnostics = try TextFixture.load("  patterns:\n    - {pattern: \(pattern)}").1
        #expect(diagnostics.contains { $0.contains(expected) }, "\(diagnostics)")
    }

    @Test(arguments: [
        ("  apps: [a]\n", "a text section needs \"patterns\" or a \"format\""),
        ("  format: key_valu\n", "did you mean \"key_value\"?"),
        ("  format: cef\n  separator: \",\"\n", "\"separator\" is for format: key_value"),
        ("  format: key_value\n  assignment: \"==\"\n", "\"assignment\" is one of the characters = :"),
        ("  apps: [sshd]\n  patterns:\n    - {pattern: 'a', apps: [shd]}\n", "\"shd\" is none of the section's apps; did you"),
        ("  patterns:\n    - {pattern: 'a', set: {event: [x]}}\n", "a constant is a text, not a list"),
        ("  patterns:\n    - {pattern: 'a', sets: {event: x}}\n", "unknown key \"sets\"; did you mean \"set\"?"),
        ("  patterns:\n    - {set: {event: x}}\n", "required key \"pattern\" is missing"),
    ])
    func errorsOfTheSection(text: String, expected: String) throws {
        let diagnostics = try TextFixture.load(text).1
        #expect(diagnostics.contains { $0.contains(expected) }, "\(diagnostics)")
    }
}
