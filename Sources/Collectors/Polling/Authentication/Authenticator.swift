import EventModel

/// Proves to an API who asks. Tokens are kept until shortly before they end; secrets are fetched when they are needed, so that a
/// rotated one is taken up, and are never logged.
package actor Authenticator {
    private let method: AuthenticationDescription
    private let settings: TemplateValues
    private let credentials: [String: SecretReference]
    private let tokenURL: String?
    private let transport: any PollTransport
    private let clock: any PollClock
    private var cached: (value: Secret, renewAt: Timestamp)?
    /// Streams that need a token while one is being fetched wait for it.
    private var fetching: Task<Result<TokenResponse, PollError>, Never>?

    init(_ configuration: PollConfiguration, transport: any PollTransport, clock: any PollClock) {
        method = configuration.authentication
        settings = configuration.values
        credentials = configuration.credentials
        tokenURL = configuration.tokenURL
        self.transport = transport
        self.clock = clock
    }

    /// The headers to send with a request.
    package func headers(for request: PollRequest) async throws(PollError) -> [PollRequest.HeaderField] {
        let values = try self.values()
        var headers: [PollRequest.HeaderField] = []
        for header in method.headers { headers.append(.init(header.name, try Self.render(header.value, values))) }
        switch method.scheme {
        case .header(let name, let value): headers.append(.init(name, try Self.render(value, values)))
        case .basic(let user, let password):
            headers.append(.init("Authorization", try Self.basic(user, password, values)))
        case .oauth(let oauth):
            headers.append(.init("Authorization", "Bearer \(try await accessToken(oauth, values).value)"))
        case .jwt(let token, let header):
            headers.append(.init(header, "Bearer \(try signedToken(token, values).value)"))
        case .duo(let integration, let secret):
            headers += DuoSignature.headers(
                request, integrationKey: values.texts[integration] ?? "", secretKey: Secret(values.texts[secret] ?? ""),
                now: clock.now())
        }
        // A line break in a secret would be a header of its own.
        guard headers.allSatisfy({ $0.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }) else {
            throw PollError(.needsPerson, "a credential has a line break or control character within it: is it the right file?")
        }
        return headers
    }

    /// Forgets a token that was not accepted. False if there was none: asking again would not help.
    package func forgetToken() -> Bool {
        defer { cached = nil }
        return cached != nil
    }

    // MARK: - Tokens

    private func signedToken(_ token: TokenDescription, _ values: TemplateValues) throws(PollError) -> Secret {
        let now = clock.now()
        if let cached, now < cached.renewAt { return cached.value }
        let made = Secret(try WebToken(description: token).make(values, now: now))
        cached = (made, now + token.lifetime * 800_000)
        return made
    }

    private func accessToken(_ oauth: OAuthDescription, _ values: TemplateValues) async throws(PollError) -> Secret {
        if let cached, clock.now() < cached.renewAt { return cached.value }
        let task: Task<Result<TokenResponse, PollError>, Never>
        if let fetching {
            task = fetching
        } else {
            let request = try tokenRequest(oauth, values)
            task = Task { [transport, clock] in
                do throws(PollError) {
                    return .success(try TokenResponse(try await transport.send(request), now: clock.now()))
                } catch {
                    return .failure(error)
                }
            }
            fetching = task
        }
        let result = await withTaskCancellationHandler { await task.value } onCancel: { task.cancel() }
        if fetching == task { fetching = nil }
        let response = try result.get()
        cached = (response.token, response.renewAt)
        return response.token
    }

    private func tokenRequest(_ oauth: OAuthDescription, _ values: TemplateValues) throws(PollError) -> PollRequest {
        var values = values
        // The audience of an assertion is the vendor's own URL, wherever it is sent.
        let standard = try Self.render(oauth.tokenURL, values)
        values.texts["token_url"] = standard
        let address = tokenURL ?? standard
        guard let url = PollURL(address), url.isSafe else {
            throw PollError(.needsPerson, "the token URL \(address) must begin with https://")
        }
        if let assertion = oauth.assertion {
            values.texts["assertion"] = try WebToken(description: assertion).make(values, now: clock.now())
        }
        var fields: [String] = []
        for field in oauth.form {
            fields.append("\(PercentEncoding.encode(field.name))=\(PercentEncoding.encode(try Self.render(field.value, values)))")
        }
        var request = PollRequest(method: "POST", url: url, body: Array(fields.joined(separator: "&").utf8))
        request.headers = [.init("Content-Type", "application/x-www-form-urlencoded"), .init("Accept", "application/json")]
        if let basic = oauth.basic {
            request.headers.append(.init("Authorization", try Self.basic(basic.user, basic.password, values)))
        }
        return request
    }

    // MARK: - Values

    /// Settings and secrets. Members of credentials that are JSON documents stand under their dotted names.
    private func values() throws(PollError) -> TemplateValues {
        var values = settings
        var documents: [String: [UInt8]] = [:]
        for name in method.credentials {
            guard let reference = credentials[name] else { continue }
            do throws(SecretError) {
                let text = try reference.fetch().value
                values.texts[name] = text
                documents[name] = Array(text.utf8)
            } catch {
                throw PollError(.needsPerson, "the credential \(name): \(error)")
            }
        }
        for placeholder in method.templates.flatMap(\.placeholders) where placeholder.name.contains(".") {
            let keys = placeholder.name.split(separator: ".").map(String.init)
            guard let document = documents[keys[0]] else { continue }
            // A document that is no JSON has no members.
            guard let place = (try? JSONReader.value(document, at: JSONPath(keys: Array(keys.dropFirst())))) ?? nil,
                let text = JSONReader.text(document, place)
            else {
                let member = keys.dropFirst().joined(separator: ".")
                throw PollError(
                    .needsPerson, "the credential \(keys[0]) has no \"\(member)\": is it the vendor's whole JSON file?")
            }
            values.texts[placeholder.name] = text
        }
        return values
    }

    private static func render(_ template: Template, _ values: TemplateValues) throws(PollError) -> String {
        do throws(TemplateError) {
            return try template.render(values)
        } catch {
            throw PollError(.needsPerson, "\(error)")
        }
    }

    private static func basic(
        _ user: Template, _ password: Template, _ values: TemplateValues
    ) throws(PollError) -> String {
        "Basic " + Base64.encode(Array("\(try render(user, values)):\(try render(password, values))".utf8))
    }
}
