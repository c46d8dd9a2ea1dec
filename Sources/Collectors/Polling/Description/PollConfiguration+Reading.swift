import EventModel
public import LocatedYAML

extension PollConfiguration {
    /// A shorter pause would be a stream of requests.
    private static let shortestInterval: Int64 = 1_000_000
    /// No vendor keeps more.
    private static let longestStart: Int64 = 400 * 86_400_000_000

    /// Reads what a source of `type: poll` says beside its name, and the description that it names.
    /// - Parameters:
    ///   - pollers: the folder of the descriptions.
    ///   - folder: that of the configuration, from which relative paths are seen.
    public static func read(
        _ section: YAMLSection, pollers: String, in folder: String, maximumRecord: Int?
    ) -> PollConfiguration? {
        let given = Given(section)
        guard let name = section.requiredString("poller"), let description = description(name, section, pollers) else {
            return nil
        }
        let settings = settings(given.settings, description, section)
        let credentials = credentials(given.credentials, folder: folder, section)
        let authentication = authentication(description, credentials, given.credentials, section)
        let streams = streams(given.streams, description, section)
        if let interval = given.interval, interval < shortestInterval {
            section.error("interval", "\"interval\" must be at least 1s")
        }
        if let start = given.start, start > longestStart { section.error("start", "\"start\" must be at most 400d") }
        guard let settings, let authentication,
            let base = baseURL(given.baseURL, description, settings, section), isUsable(given.tokenURL, section)
        else { return nil }
        return PollConfiguration(
            poller: name, description: description, settings: settings, credentials: credentials, authentication: authentication,
            streams: streams, baseURL: base, tokenURL: given.tokenURL, interval: given.interval ?? description.interval,
            start: given.start ?? description.start,
            authoritiesFile: given.authorities.map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 },
            maximumRecordBytes: maximumRecord ?? 1 << 20)
    }

    /// Everything that may stand there, asked for at once, so that nothing of it is called unknown when something else is wrong.
    private struct Given {
        let settings: YAMLSection?
        let credentials: YAMLSection?
        let streams: [String]
        let interval: Int64?
        let start: Int64?
        let baseURL: String?
        let tokenURL: String?
        let authorities: String?

        init(_ section: YAMLSection) {
            _ = section.has("poller")
            settings = section.section("settings")
            credentials = section.section("credentials")
            streams = section.strings("streams")
            interval = section.duration("interval")
            start = section.duration("start")
            baseURL = section.string("base_url")
            tokenURL = section.string("token_url")
            authorities = section.string("ca_file")
        }
    }

    private static func description(_ name: String, _ section: YAMLSection, _ pollers: String) -> PollerDescription? {
        let known = names(in: pollers)
        guard known.contains(name) else {
            let hint = Suggestion.hint(for: name, among: known)
            let list = known.isEmpty ? "there is none in \(pollers)" : "known are \(known.joined(separator: ", "))"
            section.error("poller", "no poller is called \"\(name)\"\(hint); \(list)")
            return nil
        }
        let (description, diagnostics) = PollerFile.read(YAMLFile(path: "\(pollers)/\(name).yml"))
        section.log.add(diagnostics)
        return description
    }

    private static func settings(
        _ given: YAMLSection?, _ description: PollerDescription, _ section: YAMLSection
    ) -> [String: String]? {
        var values: [String: String] = [:]
        var isWhole = true
        for setting in description.settings {
            if let value = given?.string(setting.name) ?? setting.standard {
                values[setting.name] = value
            } else {
                isWhole = false
                let written = given?.keys.filter { key in !description.settings.contains { $0.name == key } } ?? []
                let similar = Suggestion.nearest(to: setting.name, among: written)
                section.log.error(
                    at: given?.location ?? section.location,
                    "\(description.name) needs the setting \"\(setting.name)\": \(setting.help)"
                        + (similar.map { "; is \"\($0)\" meant to be it?" } ?? ""))
            }
        }
        given?.finish()
        return isWhole ? values : nil
    }

    private static func credentials(
        _ given: YAMLSection?, folder: String, _ section: YAMLSection
    ) -> [String: SecretReference] {
        var references: [String: SecretReference] = [:]
        for key in given?.keys ?? [] {
            guard let text = given?.string(key) else { continue }
            // The text is not repeated: it may be the secret itself.
            guard let reference = SecretReference(text, relativeTo: folder) else {
                given?.error(key, "\"\(key)\" must say where the secret is: \(SecretReference.forms), not the secret itself")
                continue
            }
            references[key] = reference
        }
        return references
    }

    private static func authentication(
        _ description: PollerDescription, _ credentials: [String: SecretReference], _ given: YAMLSection?, _ section: YAMLSection
    ) -> AuthenticationDescription? {
        let known = description.authentication.flatMap(\.credentials)
        for key in given?.keys ?? [] where !known.contains(key) {
            given?.log.error(
                at: given?.location(of: key) ?? section.location,
                "\(description.name) has no credential \"\(key)\"\(Suggestion.hint(for: key, among: known))")
        }
        let written = Set(given?.keys ?? [])
        if let method = description.authentication.first(where: { $0.credentials.allSatisfy { written.contains($0) } }) {
            // Where one of them is no reference, that has been said.
            return method.credentials.allSatisfy { credentials[$0] != nil } ? method : nil
        }
        let ways = description.authentication.map { "\($0.credentials.joined(separator: " and ")) (\($0.help))" }
        section.log.error(
            at: given?.location ?? section.location,
            "\(description.name) needs under \"credentials\" \(ways.joined(separator: ", or "))")
        return nil
    }

    private static func streams(
        _ given: [String], _ description: PollerDescription, _ section: YAMLSection
    ) -> [StreamDescription] {
        let known = description.streams.map(\.name)
        for name in given where !known.contains(name) {
            section.error(
                "streams",
                "\(description.name) has no stream \"\(name)\"\(Suggestion.hint(for: name, among: known)); "
                    + "known are \(known.joined(separator: ", "))")
        }
        let wanted = given.isEmpty ? description.defaultStreams : given
        return description.streams.filter { wanted.contains($0.name) }
    }

    private static func baseURL(
        _ given: String?, _ description: PollerDescription, _ settings: [String: String], _ section: YAMLSection
    ) -> PollURL? {
        let text: String
        do throws(TemplateError) {
            if let given {
                text = given
            } else {
                text = try description.baseURL.render(TemplateValues(texts: settings))
            }
        } catch {
            section.log.error(at: section.location, "\(error)")
            return nil
        }
        let key = given == nil ? "settings" : "base_url"
        guard let url = PollURL(text) else {
            section.error(key, "\"\(text)\" is no URL with a host; \"settings\" or \"base_url\" make it")
            return nil
        }
        guard url.isSafe else {
            section.error(key, "\(text) must begin with https://; http:// only to this machine itself")
            return nil
        }
        return url
    }

    private static func isUsable(_ tokenURL: String?, _ section: YAMLSection) -> Bool {
        guard let tokenURL else { return true }
        if let url = PollURL(tokenURL), url.isSafe { return true }
        section.error("token_url", "\"token_url\" must be a URL that begins with https://; http:// only to this machine itself")
        return false
    }
}
