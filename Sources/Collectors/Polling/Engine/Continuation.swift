import EventModel

/// Where the next page is.
package enum Continuation: Sendable, Equatable {
    /// A URL or path that the API gave; not yet checked against its host.
    case link(String)
    /// A token to be sent as `{cursor}`.
    case cursor(String)
    case page(Int)
    case offset(Int)
    /// Partition `page` of `count` of a statement.
    case partition(handle: String, page: Int, count: Int)
}

/// What an answer says of the next page.
package struct PageEnd: Sendable, Equatable {
    package var next: Continuation?
    /// Whether it is worth asking for at once: a durable position is there even when nothing is.
    package var hasMore: Bool

    package init(next: Continuation?, hasMore: Bool) {
        self.next = next
        self.hasMore = hasMore
    }
}

extension PagingDescription {
    /// Reads where the next page is.
    /// - Parameters:
    ///   - current: what led to this answer; nil for the first page.
    ///   - itemCount: items that the answer had.
    package func end(
        of response: PollResponse, after current: Continuation?, itemCount: Int, limits: PollLimits
    ) throws(PollError) -> PageEnd {
        let next = try next(response, current, itemCount, limits)
        var isAsked = next != nil
        if isDurable {
            // The position is given with every answer; another page is worth asking for only if something came, and it moved.
            isAsked = isAsked && itemCount > 0 && next != current
        }
        if let more {
            let isThere = try text(response.body, more, limits) == "true"
            isAsked = next != nil && next != current && isThere
        }
        if !isDurable, next != nil, next == current {
            throw PollError(.transient, "the answer gives the same next page as the one before it")
        }
        return PageEnd(next: next, hasMore: isAsked)
    }

    private func next(
        _ response: PollResponse, _ current: Continuation?, _ itemCount: Int, _ limits: PollLimits
    ) throws(PollError) -> Continuation? {
        switch kind {
        case .none: return nil
        case .link: return bounded(LinkHeader.target("next", in: response.headers("link")), limits).map { .link($0) }
        case .url(let path): return bounded(try text(response.body, path, limits), limits).map { .link($0) }
        case .cursor(let path): return bounded(try text(response.body, path, limits), limits).map { .cursor($0) }
        case .header(let name, let isURL):
            return bounded(response.header(name), limits).map { isURL ? .link($0) : .cursor($0) }
        case .page(let first, let size):
            guard itemCount >= size else { return nil }
            if case .page(let number) = current { return .page(number + 1) }
            return .page(first + 1)
        case .offset(let size):
            guard itemCount >= size else { return nil }
            if case .offset(let number) = current { return .offset(number + itemCount) }
            return .offset(itemCount)
        case .partitions(let handle, let list):
            if case .partition(let handle, let page, let count) = current {
                return page + 1 < count ? .partition(handle: handle, page: page + 1, count: count) : nil
            }
            guard let statement = bounded(try text(response.body, handle, limits), limits) else { return nil }
            let count = try count(response.body, list, limits)
            return count > 1 ? .partition(handle: statement, page: 1, count: count) : nil
        }
    }

    /// An empty position is none: Slack and Zoom end so.
    private func bounded(_ position: String?, _ limits: PollLimits) -> String? {
        guard let position, !position.isEmpty, position.utf8.count <= limits.positionBytes else { return nil }
        return position
    }

    private func text(_ body: [UInt8], _ path: JSONPath, _ limits: PollLimits) throws(PollError) -> String? {
        do throws(JSONError) {
            guard let place = try JSONReader.value(body, at: path, maximumDepth: limits.depth) else { return nil }
            if let text = JSONReader.text(body, place) { return text }
            // Duo's position has two parts.
            let parts = try JSONReader.items(body, in: place, maximumItems: 16, maximumDepth: limits.depth) ?? []
            return parts.compactMap { JSONReader.text(body, $0) }.joined(separator: ",")
        } catch {
            throw PollError(.transient, "the answer is no JSON that can be read (\(error))")
        }
    }

    private func count(_ body: [UInt8], _ path: JSONPath, _ limits: PollLimits) throws(PollError) -> Int {
        do throws(JSONError) {
            guard let place = try JSONReader.value(body, at: path, maximumDepth: limits.depth) else { return 0 }
            return try JSONReader.items(body, in: place, maximumItems: 100_000, maximumDepth: limits.depth)?.count ?? 0
        } catch {
            throw PollError(.transient, "the answer is no JSON that can be read (\(error))")
        }
    }
}
