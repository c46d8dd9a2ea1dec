package import EventModel

/// A stream as one source reads it: the description with the source's values.
package struct StreamPlan: Sendable {
    package let stream: StreamDescription
    package let base: PollURL
    package let values: TemplateValues
    package let window: PollWindow?
    /// How far back the first run goes, in microseconds.
    package let start: Int64
    package let limits: PollLimits
    /// Whether requests say where the span ends, so that a shorter span is a smaller answer.
    package let hasEnd: Bool

    package init(_ stream: StreamDescription, of configuration: PollConfiguration) {
        self.stream = stream
        base = configuration.baseURL
        var values = configuration.values
        for (name, value) in stream.values {
            // A value may itself name a setting.
            values.texts[name] = (try? Template(value).render(configuration.values)) ?? value
        }
        self.values = values
        start = configuration.start
        limits = configuration.limits
        let words = stream.request.templates.flatMap(\.placeholders)
        let formats = words.filter { $0.name == "from" }.map { word -> Int64 in
            if case .time(let format) = word.filter { format.granularity } else { TimeFormat.rfc3339.granularity }
        }
        hasEnd = words.contains { $0.name == "until" }
        window = stream.window.map { PollWindow($0, granularity: formats.max() ?? 1_000) }
    }

    /// The position of a source that was never read.
    package func firstPosition(now: Timestamp) -> StreamPosition {
        StreamPosition(from: window?.first(now: now, start: start) ?? now + -start)
    }

    package func prepareRequest() throws(PollError) -> PollRequest? {
        guard let prepare = stream.prepare else { return nil }
        return try make(prepare.request, values)
    }

    /// The request for a page: the first of a cycle, or the one that a continuation leads to.
    package func request(
        from: Timestamp, until: Timestamp, _ continuation: Continuation?
    ) throws(PollError) -> PollRequest {
        var values = values
        values.times["from"] = from
        values.times["until"] = until
        values.texts["page"] = "1"
        values.texts["offset"] = "0"
        if case .page(let first, _) = stream.paging.kind { values.texts["page"] = String(first) }
        var request = stream.request
        guard let continuation else {
            if let begin = stream.paging.begin { request.query = begin.query }
            return try make(request, values)
        }
        let next = stream.paging.next
        switch continuation {
        case .link(let link):
            var request = PollRequest(method: next.method?.rawValue ?? request.method.rawValue, url: try resolve(link))
            request.headers = try headers(stream.request.headers, values)
            if let body = next.body { try put(body, values, into: &request) }
            return request
        case .cursor(let cursor): values.texts["cursor"] = cursor
        case .page(let page): values.texts["page"] = String(page)
        case .offset(let offset): values.texts["offset"] = String(offset)
        case .partition(let handle, let page, _):
            values.texts["handle"] = handle
            values.texts["page"] = String(page)
            request.query = []
            request.body = nil
        }
        if let path = next.path { request.path = path }
        if let method = next.method { request.method = method }
        if let body = next.body { request.body = body }
        let names = Set(next.query.map(\.name))
        request.query = (next.replacesQuery ? [] : request.query.filter { !names.contains($0.name) }) + next.query
        return try make(request, values)
    }

    /// Of a listed item's place, which the API gave.
    package func fetchRequest(_ link: String) throws(PollError) -> PollRequest {
        var request = PollRequest(url: try resolve(link))
        guard let fetch = stream.fetch else { return request }
        request.headers = try headers(fetch.headers, values)
        if !fetch.query.isEmpty {
            let query = try pairs(fetch.query, values)
            guard let url = PollURL(request.url.origin)?.appending(request.url.target, query) else {
                throw PollError(.needsPerson, "the place \"\(link)\" that the answer gives is no URL")
            }
            request.url = url
        }
        return request
    }

    /// Of a statement that was not done in time.
    package func statementRequest(_ handle: String) throws(PollError) -> PollRequest {
        let path = try rendering { () throws(TemplateError) in
            try stream.request.path.render(values, encode: PercentEncoding.encode)
        }
        guard let url = base.appending(path + "/" + PercentEncoding.encode(handle), []) else {
            throw PollError(.transient, "the answer's statement handle is none: \(handle)")
        }
        return PollRequest(url: url, headers: try headers(stream.request.headers, values))
    }

    // MARK: - Putting in values

    private func resolve(_ link: String) throws(PollError) -> PollURL {
        if let url = base.resolve(link) { return url }
        let shown = String(link.prefix(200).map { $0.isNewline ? " " : $0 })
        throw PollError(
            .needsPerson,
            "the answer's link leads away from \(base.origin) and is not followed: \(shown). If the vendor moved, set base_url")
    }

    private func make(_ description: RequestDescription, _ values: TemplateValues) throws(PollError) -> PollRequest {
        let path = try rendering { () throws(TemplateError) in
            try description.path.render(values, encode: PercentEncoding.encode)
        }
        guard let url = base.appending(path, try pairs(description.query, values)) else {
            throw PollError(.needsPerson, "\(base)\(path) is no URL; look at the settings")
        }
        var request = PollRequest(method: description.method.rawValue, url: url)
        request.headers = try headers(description.headers, values)
        if let body = description.body { try put(body, values, into: &request) }
        return request
    }

    private func put(_ body: BodyTemplate, _ values: TemplateValues, into request: inout PollRequest) throws(PollError) {
        request.body = try rendering { () throws(TemplateError) in
            var json = JSONWriter()
            try body.write(values, to: &json)
            return json.bytes
        }
        request.headers.append(.init("Content-Type", "application/json"))
    }

    private func pairs(
        _ templates: [NamedTemplate], _ values: TemplateValues
    ) throws(PollError) -> [(name: String, value: String)] {
        try rendering { () throws(TemplateError) in
            var pairs: [(name: String, value: String)] = []
            for template in templates { pairs.append((template.name, try template.value.render(values))) }
            return pairs
        }
    }

    private func headers(
        _ templates: [NamedTemplate], _ values: TemplateValues
    ) throws(PollError) -> [PollRequest.HeaderField] {
        try pairs(templates, values).map { PollRequest.HeaderField($0.name, $0.value) }
    }

    private func rendering<Value>(_ render: () throws(TemplateError) -> Value) throws(PollError) -> Value {
        do throws(TemplateError) {
            return try render()
        } catch {
            throw PollError(.needsPerson, "\(stream.name): \(error)")
        }
    }
}
