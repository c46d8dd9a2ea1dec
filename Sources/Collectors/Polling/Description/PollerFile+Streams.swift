import LocatedYAML

extension PollerFile {
    /// How long keys are remembered where the file says nothing.
    private static let standardRemember: Int64 = 86_400_000_000

    func stream(_ section: YAMLSection) -> StreamDescription? {
        defer { section.finish() }
        let name = section.requiredString("name")
        if let name, !name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") }) || name.utf8.count > 64 {
            section.error("name", "a stream's name stands in its cursor: at most 64 letters, digits, dots and dashes")
        }
        let isDefault = section.bool("default") ?? true
        var values: [String: String] = [:]
        if let mapping = section.section("values") {
            for key in mapping.keys { values[key] = mapping.string(key) }
        }
        var prepare: (request: RequestDescription, accept: [String])?
        if let before = section.section("prepare") {
            let accept = before.strings("accept")
            prepare = request(before).map { ($0, accept) }
            before.finish()
        }
        var main: RequestDescription?
        if let nested = section.requiredSection("request") {
            main = request(nested)
            nested.finish()
        }
        let items = section.requiredSection("items").flatMap { self.items($0) }
        let window = section.section("window").map { self.window($0) }
        let paging = section.section("paging").map { self.paging($0) }
            ?? PagingDescription(kind: .none, next: .init(), more: nil)
        var fetch: FetchDescription?
        if let nested = section.section("fetch") {
            let url = requiredPath(nested, "url")
            let (query, headers) = (templates(nested, "query"), templates(nested, "headers"))
            let inner = nested.requiredSection("items").flatMap { self.items($0) }
            if let url, let inner { fetch = FetchDescription(url: url, query: query, headers: headers, items: inner) }
            nested.finish()
        }
        if window != nil && paging?.isDurable == true {
            section.error("window", "a durable position and a window exclude each other")
        }
        if window == nil && paging?.isDurable == false {
            section.log.error(
                at: section.location, "the stream has no position: it needs \"window\", or \"paging\" that is durable")
        }
        if window != nil, let items, items.time.isEmpty {
            section.error("items", "a window needs \"time\": where an item has its time")
        }
        guard let name, let main, let items, let paging, !log.hasErrors else { return nil }
        return StreamDescription(
            name: name, isDefault: isDefault, values: values, prepare: prepare, request: main, items: items, paging: paging,
            window: window, fetch: fetch, remember: section.duration("remember") ?? Self.standardRemember)
    }

    private func request(_ section: YAMLSection) -> RequestDescription? {
        let path = requiredTemplate(section, "path")
        let method = section.choice("method", of: RequestDescription.Method.self) ?? .get
        let (query, headers) = (templates(section, "query"), templates(section, "headers"))
        let body = section.node("body").flatMap { self.body($0) }
        return path.map { RequestDescription(method: method, path: $0, query: query, headers: headers, body: body) }
    }

    private func body(_ node: YAMLNode) -> BodyTemplate? {
        switch node.content {
        case .mapping(let entries):
            return .object(entries.compactMap { entry in body(entry.value).map { .init(name: entry.key, value: $0) } })
        case .sequence(let items): return .array(items.compactMap { body($0) })
        case .scalar(let scalar):
            switch scalar.value {
            case .null: return .literal("null")
            case .bool(let value): return .literal(value ? "true" : "false")
            case .integer, .float: return .literal(scalar.canonicalText)
            case .text: return template(scalar.text, at: node.location).map { .text($0) }
            }
        }
    }

    private func items(_ section: YAMLSection) -> ItemsDescription? {
        defer { section.finish() }
        let shape = section.choice("shape", of: ItemsDescription.Shape.self) ?? .list
        let path = shape == .csv ? JSONPath(keys: []) : requiredPath(section, "path")
        guard let path else { return nil }
        var items = ItemsDescription(shape: shape, path: path)
        items.mayBeAbsent = section.bool("may_be_absent") ?? false
        if shape == .rows, let list = requiredPath(section, "columns"), let name = requiredPath(section, "column_name") {
            items.columns = .init(list: list, name: name)
        }
        items.time = paths(section, "time")
        if let format = section.choice("time_format", of: TimeFormat.self) { items.timeFormat = format }
        items.id = paths(section, "id")
        return items
    }

    private func window(_ section: YAMLSection) -> WindowDescription {
        defer { section.finish() }
        let window = WindowDescription(
            overlap: section.requiredDuration("overlap") ?? 0, delay: section.duration("delay") ?? 0,
            longest: section.duration("longest"), oldest: section.duration("oldest"))
        if let longest = window.longest, longest <= window.overlap {
            section.error("longest", "\"longest\" must be above \"overlap\", or the window never moves on")
        }
        return window
    }

    /// What `type:` of paging may be.
    private enum PagingType: String, CaseIterable {
        case none, link, url, cursor, header, page, offset, partitions
    }

    private func paging(_ section: YAMLSection) -> PagingDescription? {
        defer { section.finish() }
        guard let kind = pagingKind(section) else { return nil }
        var paging = PagingDescription(kind: kind, next: .init(), more: path(section, "more"))
        paging.isDurable = section.bool("durable") ?? false
        if let next = section.section("next") {
            paging.next.path = template(next, "path")
            paging.next.query = templates(next, "query")
            paging.next.replacesQuery = next.bool("replaces_query") ?? false
            paging.next.method = next.choice("method")
            paging.next.body = next.node("body").flatMap { body($0) }
            next.finish()
        }
        if let begin = section.section("begin") {
            let query = templates(begin, "query")
            if let cursor = requiredPath(begin, "cursor") { paging.begin = .init(query: query, cursor: cursor) }
            begin.finish()
        }
        return paging
    }

    private func pagingKind(_ section: YAMLSection) -> PagingDescription.Kind? {
        switch section.requiredChoice("type", of: PagingType.self) {
        case PagingType.none?: return PagingDescription.Kind.none
        case .link: return .link
        case .url: return requiredPath(section, "at").map { .url($0) }
        case .cursor: return requiredPath(section, "at").map { .cursor($0) }
        case .header:
            let isURL = section.bool("is_url") ?? false
            return section.requiredString("name").map { .header(name: $0.lowercased(), isURL: isURL) }
        case .page:
            let first = section.int("first", in: 0...1) ?? 1
            return section.requiredInt("size", in: 1...100_000).map { .page(first: first, size: $0) }
        case .offset: return section.requiredInt("size", in: 1...100_000).map { .offset(size: $0) }
        case .partitions:
            guard let handle = requiredPath(section, "handle"), let list = requiredPath(section, "at") else { return nil }
            return .partitions(handle: handle, list: list)
        case nil: return nil
        }
    }
}
