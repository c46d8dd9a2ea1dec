import Collectors
import TestSupport
import Testing

struct GlobPatternTests {
    /// Names that a pattern of one name matches, through the rule for files that are left out.
    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", ".log", false), ("*.log", "a.log.1", false), ("*", ".hidden", false), (".*", ".hidden", true),
        ("a?c", "abc", true), ("a?c", "aéc", true), ("a?c", "ac", false), ("a?c", "abbc", false),
        ("[abc]x", "bx", true), ("[!abc]x", "bx", false), ("[^abc]x", "dx", true), ("[a-c]", "b", true), ("[a-c]", "d", false),
        ("[]]", "]", true), ("[a-]", "-", true), ("[é-ü]", "ö", true), ("[\\]]", "]", true),
        ("\\*", "*", true), ("\\*", "a", false), ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false),
        ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false),
        ("{a,b}.log", "b.log", true), ("{a,b}.log", "c.log", false), ("{a,b{1,2}}", "b2", true), ("x{,y}", "x", true),
        ("\\{a,b}", "{a,b}", true),
        ("a,b", "a,b", true), ("a}", "a}", true),
    ])
    func names(pattern: String, name: String, expected: Bool) throws {
        let patterns = try GlobPattern.all(pattern)
        #expect(patterns.contains { $0.excludes(FilePath("/var/log/" + name)) } == expected)
    }

    @Test(arguments: [
        ("/var/**/x.log", "/var/x.log", true), ("/var/**/x.log", "/var/a/b/x.log", true), ("/var/**/x.log", "/x.log", false),
        ("/var/**", "/var/a/b", true), ("/var/**", "/var", false), ("/**/a/**/b", "/x/a/y/z/b", true), ("/**/a/**/b", "/x/y/b", false),
        ("/var/*/x", "/var/a/x", true), ("/var/*/x", "/var/a/b/x", false), ("/a/b", "/a/b", true), ("/a/./b", "/a/b", true),
    ])
    func paths(pattern: String, path: String, expected: Bool) throws {
        #expect(try GlobPattern.all(pattern).contains { $0.excludes(FilePath(path)) } == expected)
    }

    @Test(arguments: [
        ("[a", GlobError.Code.unclosedClass), ("[]", .unclosedClass), ("{a", .unclosedBraces),
        ("a**", .anyDepthInName), ("a/", .noName), ("", .noName),
        (String(repeating: "{a,b}", count: 9), .tooManyAlternatives), (String(repeating: "x", count: 5_000), .tooLong),
        (String(repeating: "x/", count: 70) + "x", .tooManyComponents),
    ])
    func whatIsNoPattern(text: String, expected: GlobError.Code) {
        let error = #expect(throws: GlobError.self) { try GlobPattern.all(text) }
        #expect(error?.code == expected)
    }

    @Test(arguments: ["plain.log", "a[b]{c,d}*?\\e", "ü ñ.log", "*"])
    func anEscapedPathMatchesItselfAlone(text: String) throws {
        let patterns = try GlobPattern.all("/" + GlobPattern.escaped(text))
        #expect(patterns.map(\.literal) == [FilePath("/" + text)])
    }

    /// Patterns and names of few letters, against the definition written down without care for time.
    @Test func matchesAsDefined() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<4_000 {
            let pattern = String((0..<Int.random(in: 1...6, using: &random)).map { _ in "ab*?".randomElement(using: &random)! })
            let name = String((0..<Int.random(in: 1...7, using: &random)).map { _ in "ab".randomElement(using: &random)! })
            guard let patterns = try? GlobPattern.all(pattern) else {
                #expect(pattern.contains("**"))
                continue
            }
            #expect(patterns[0].excludes(FilePath("/" + name)) == Self.matches(Array(pattern)[...], Array(name)[...]), "\(pattern) \(name)")
        }
    }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" {
            return matches(pattern.dropFirst(), name) || !name.isEmpty && matches(pattern, name.dropFirst())
        }
        return !name.isEmpty && (first == "?" || first == name.first) && matches(pattern.dropFirst(), name.dropFirst())
    }

    @Test func noTextCrashes() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<4_000 {
            let text = String((0..<Int.random(in: 0...12, using: &random)).map { _ in "a[]{},*?!-\\/é.".randomElement(using: &random)! })
            guard let patterns = try? GlobPattern.all(text) else { continue }
            for pattern in patterns { _ = pattern.excludes(FilePath("/a/b[é]")) }
        }
    }
}
