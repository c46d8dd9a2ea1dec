import Collectors
import EventModel
import LocatedYAML
import TestSupport
import Testing

struct PollConfigurationTests {
    private static let sound = """
        poller: okta
        settings: {domain: example.okta.com}
        credentials: {token: "env:OKTA_TOKEN"}
        """

    private static func problems(_ text: String) -> [String] {
        do {
            _ = try PollSource.read(text, in: "/etc/perimeter")
            return []
        } catch let wrong as PollSource.Wrong {
            return wrong.diagnostics.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    @Test func defaultsAreTheFiles() throws {
        let configuration = try PollSource.read(Self.sound, in: "/etc/perimeter")
        #expect(configuration.interval == 30_000_000 && configuration.start == 86_400_000_000)
        #expect(configuration.text == "poll okta https://example.okta.com")
        #expect(configuration.streams.map(\.name) == ["logs"] && configuration.product == "okta")
        #expect(configuration.secrets.map(\.reference.description) == ["env:OKTA_TOKEN"])
    }

    @Test func theWayIsTheOneWhoseCredentialsAreGiven() throws {
        let text = Self.sound.replacing(#"token: "env:OKTA_TOKEN""#, with: "client_id: file:id, private_key: file:key.pem")
        #expect(try PollSource.read(text, in: "/etc").authentication.name == "service_app")
    }

    @Test(arguments: [
        ("poller: okta", "poller: otka", #"1:9: error: no poller is called "otka"; did you mean "okta"?"#),
        ("domain: ", "domian: ", #"needs the setting "domain""#), ("domain: ", "domian: ", #"is "domian" meant to be it?"#),
        ("domain: example.okta.com", "domain: example.okta.com, extra: 1", #"2:38: error: unknown key "extra""#),
        ("token: ", "tokn: ", #"has no credential "tokn"; did you mean "token"?"#),
        ("token: ", "tokn: ", "needs under \"credentials\" token"),
        ("env:OKTA_TOKEN", "00secret00", "must say where the secret is"),
        ("poller: okta", "poller: okta\nbase_url: http://example.com", "must begin with https://"),
        ("poller: okta", "poller: okta\nbase_url: \"ftp://x\"", "is no URL"),
        ("poller: okta", "poller: okta\ntoken_url: http://example.com/t", "must be a URL that begins with https://"),
        ("poller: okta", "poller: okta\nstreams: [log]", #"has no stream "log"; did you mean "logs"?"#),
        ("poller: okta", "poller: okta\ninterval: 10ms", "at least 1s"), ("poller: okta", "poller: okta\nstart: 900d", "at most 400d"),
        ("example.okta.com", "example.okta.com@evil.org", "is no URL"),
        ("poller: okta", "poller: okta\nintervall: 1m", #"did you mean "interval"?"#),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ text: String, _ replacement: String, _ message: String) {
        let problems = Self.problems(Self.sound.replacing(text, with: replacement))
        #expect(problems.contains { $0.contains(message) }, "\(problems)")
        #expect(problems.allSatisfy { $0.hasPrefix("perimeter.yml:") && !$0.contains("00secret00") }, "\(problems)")
    }

    @Test(arguments: ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:80", "https://eu.example.org/prefix"])
    func whereItMayAsk(_ url: String) { #expect(Self.problems("base_url: \(url)\n" + Self.sound).isEmpty) }
}

struct PollURLTests {
    @Test(arguments: [
        ("https://Example.ORG", "https://example.org"), ("https://a.b:8443/x?y=1", "https://a.b:8443/x?y=1"),
        ("https://a.b:443/x", "https://a.b/x"), ("http://a?q", "http://a/?q"), ("https://[::1]:2/x", "https://[::1]:2/x"),
    ])
    func isRead(_ text: String, _ expected: String) { #expect(PollURL(text)?.description == expected) }

    @Test(arguments: [
        "", "a.b", "ftp://a", "https://", "https://user@a/x", "https://a b/", "https://a/#x", "https://a:0/", "https://a:99999/",
        "https://a\\b/", "https://[zz]/", "https://a\r\nx/", "https://é/", "//a/x", "https:///x",
    ])
    func isRefused(_ text: String) { #expect(PollURL(text) == nil) }

    /// Nobody who can write into an answer sends our credentials elsewhere.
    @Test(arguments: [
        ("https://api.example.org/x?y", true), ("/x?y", true), ("https://API.example.org:443/x", true),
        ("http://api.example.org/x", false), ("https://api.example.org:8443/x", false), ("https://evil.org/x", false),
        ("//evil.org/x", false), ("https://api.example.org.evil.org/", false), ("https://api.example.org@evil.org/", false),
        ("https://evil.org/?https://api.example.org", false), ("x", false), ("", false), ("/\\evil.org", false),
        ("https://169.254.169.254/latest", false), ("file:///etc/passwd", false),
    ])
    func linksStayOnTheHost(_ link: String, _ isFollowed: Bool) throws {
        let base = try #require(PollURL("https://api.example.org"))
        #expect((base.resolve(link) != nil) == isFollowed)
    }

    @Test func queriesAreEncoded() throws {
        let url = try #require(PollURL("https://a/base/")?.appending("/x", [("$filter", "a ge 'é'&b"), ("n", "1")]))
        #expect(url.description == "https://a/base/x?%24filter=a%20ge%20%27%C3%A9%27%26b&n=1")
        #expect(PercentEncoding.decode("%24filter=a%20+%zz") == "$filter=a  %zz")
    }
}
