public import EventModel
import FoundationEssentials
import LocatedYAML

/// A source of `type: poll`, as its collector is to be set up.
public struct PollConfiguration: Sendable {
    /// The name of the description: `okta` of `rules/pollers/okta.yml`.
    public var poller: String
    package var description: PollerDescription
    /// What the description's placeholders stand for.
    package var settings: [String: String]
    package var credentials: [String: SecretReference]
    /// The way to prove who asks that these credentials are for.
    package var authentication: AuthenticationDescription
    /// The streams to read, in the order of the description.
    package var streams: [StreamDescription]
    package var baseURL: PollURL
    /// Instead of the description's, for a national cloud or a test.
    package var tokenURL: String?
    /// Microseconds between the end of a poll and the next.
    package var interval: Int64
    /// How far back the first run goes, in microseconds.
    package var start: Int64
    /// PEM file of the authority that signed the API's certificate; nil: the system's.
    package var authoritiesFile: String?
    /// Longer records are cut off and flagged.
    package var maximumRecordBytes: Int
    package var limits = PollLimits()

    /// The product whose mapping understands the records.
    public var product: String? { description.product }

    /// For people: `poll okta https://example.okta.com`.
    public var text: String { "poll \(poller) \(baseURL)" }

    /// Where each of its secrets is.
    public var secrets: [(name: String, reference: SecretReference)] {
        authentication.credentials.compactMap { name in credentials[name].map { (name, $0) } }
    }

    /// What templates of requests may use.
    package var values: TemplateValues { TemplateValues(texts: settings) }

    /// Names of the pollers in a folder.
    public static func names(in folder: String) -> [String] {
        // A folder that cannot be read has none; the message of the one that is missing names the folder.
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }.map { String($0.dropLast(4)) }.sorted()
    }
}

extension PollConfiguration: Equatable {
    /// The description follows from its name.
    public static func == (a: Self, b: Self) -> Bool {
        a.poller == b.poller && a.settings == b.settings && a.credentials == b.credentials
            && a.streams.map(\.name) == b.streams.map(\.name) && a.baseURL == b.baseURL && a.tokenURL == b.tokenURL
            && a.interval == b.interval && a.start == b.start && a.authoritiesFile == b.authoritiesFile
            && a.maximumRecordBytes == b.maximumRecordBytes
    }
}

/// Bounds on what an API can make a poller do.
package struct PollLimits: Sendable, Equatable {
    /// Of one answer, decompressed. The largest that vendors send are log files of some ten megabytes.
    package var responseBytes = 64 << 20
    /// Items of one answer.
    package var items = 500_000
    /// Nesting of an answer; records are bounded again when they are understood.
    package var depth = 128
    /// Answers of one cycle: ten million records at a thousand each.
    package var pages = 10_000
    /// Listed files of one cycle that are fetched.
    package var files = 100_000
    /// Keys that are remembered: some 100 bytes each.
    package var keys = 2_000_000
    /// From a request to the end of its answer.
    package var requestTime: Duration = .seconds(120)
    /// Longer next links and tokens are refused.
    package var positionBytes = 16_384

    package init() {}
}
