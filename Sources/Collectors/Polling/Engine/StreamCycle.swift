package import EventModel

/// One cycle of a stream: from a position, page by page, to the next position. Pure: it says what to ask, and is given the
/// answers.
///
/// The same cycle may be begun any number of times from one position; whoever stores the records tells repeats by their keys.
package struct StreamCycle {
    package struct Ask: Sendable {
        package var request: PollRequest
        /// Whether the request carries a position that the API gave.
        package var isContinuation = false
        /// Not before this long from now.
        package var pause: Duration = .zero
        fileprivate var role: Role

        /// The place of a listed file, where this asks for one.
        package var file: String? {
            if case .file(let file) = role { file.link } else { nil }
        }
    }

    fileprivate enum Role: Sendable {
        case list(Continuation?)
        case file(ListedFile)
    }

    /// A listed item that says where records are.
    fileprivate struct ListedFile: Sendable {
        var link: String
        var key: RecordKey
        var time: Timestamp?
    }

    /// What an answer gave.
    package struct Page: Sendable {
        package var items: PageItems
        package var description: ItemsDescription
        /// The file that the records are of: to be remembered with the last of them.
        package var fileKey: RecordKey?
        /// When the file was made, which is what the API's span goes by.
        package var fileTime: Timestamp?
        fileprivate var durable: Continuation?
    }

    /// How long a statement that runs is left alone before it is asked for again.
    private static let statementPause: Duration = .seconds(2)

    package let plan: StreamPlan
    package let position: StreamPosition
    package let span: PollWindow.Span
    private let startedAt: Timestamp
    private var upcoming: Ask?
    private var files: [ListedFile] = []
    private var nextFile = 0
    private var fileCount = 0
    private var afterFiles: Continuation?
    private var columns: [String] = []
    private var newest: Timestamp?
    private var skew: Int64 = 0
    package private(set) var pages = 0
    /// Why the cycle cannot go on, though its last answer was read.
    package private(set) var failure: PollError?

    /// - Parameter longest: a bound on the span, where earlier cycles had too many pages.
    package init(_ plan: StreamPlan, from position: StreamPosition, now: Timestamp, longest: Int64? = nil) throws(PollError) {
        self.plan = plan
        self.position = position
        startedAt = now
        span = plan.window?.span(from: position.from, now: now, longest: longest)
            ?? PollWindow.Span(from: position.from, until: now)
        let continuation = plan.stream.paging.isDurable ? position.continuation : nil
        upcoming = Ask(
            request: try plan.request(from: span.from, until: span.until, continuation),
            isContinuation: continuation != nil, role: .list(continuation))
    }

    /// What to ask now; nil when the cycle is done.
    package var ask: Ask? { upcoming }

    /// Takes the answer to `ask`, whose status is a success.
    /// - Parameter isKnown: whether a listed file has been read before.
    package mutating func take(
        _ response: PollResponse, now: Timestamp, isKnown: (RecordKey) -> Bool
    ) throws(PollError) -> Page {
        guard let ask = upcoming else { throw PollError(.transient, "an answer that was not asked for") }
        pages += 1
        noteClock(response, now)
        switch ask.role {
        case .list(let continuation): return try takeList(response, continuation, isKnown)
        case .file(let file):
            if response.status == 204 { return passOver(file) }
            guard let fetch = plan.stream.fetch else { throw PollError(.transient, "an answer that was not asked for") }
            let items = try PageItems.take(from: response.body, fetch.items, columns: &columns, limits: plan.limits)
            nextFile += 1
            goOn()
            return Page(items: items, description: fetch.items, fileKey: file.key, fileTime: file.time)
        }
    }

    /// A file that holds nothing.
    private mutating func passOver(_ file: ListedFile) -> Page {
        skipFile()
        return Page(items: .none, description: plan.stream.items, fileKey: file.key, fileTime: file.time)
    }

    /// Leaves out the file that `ask` asks for: it was listed, and is not there. The next cycle tries it again, as long as it is
    /// listed.
    package mutating func skipFile() {
        nextFile += 1
        goOn()
    }

    private mutating func takeList(
        _ response: PollResponse, _ continuation: Continuation?, _ isKnown: (RecordKey) -> Bool
    ) throws(PollError) -> Page {
        let stream = plan.stream
        if case .partitions(let handle, _) = stream.paging.kind, response.status == 202 {
            return try waitForStatement(response, handle)
        }
        let items = response.status == 204
            ? .none : try PageItems.take(from: response.body, stream.items, columns: &columns, limits: plan.limits)
        let end: PageEnd
        if stream.paging.begin != nil, continuation == nil {
            end = beginning(items)
        } else {
            end = try stream.paging.end(
                of: response, after: continuation, itemCount: items.ranges.count, limits: plan.limits)
        }
        afterFiles = end.hasMore ? end.next : nil
        if let fetch = stream.fetch { try list(items, fetch, isKnown) }
        goOn()
        if stream.paging.isDurable, failure == nil, let next = end.next {
            // A position that cannot be used must not be committed.
            do throws(PollError) { _ = try plan.request(from: span.from, until: span.until, next) } catch { failure = error }
        }
        var page = Page(items: stream.fetch == nil ? items : .none, description: stream.items)
        if stream.paging.isDurable { page.durable = end.next }
        return page
    }

    private mutating func waitForStatement(_ response: PollResponse, _ path: JSONPath) throws(PollError) -> Page {
        guard let place = try? JSONReader.value(response.body, at: path),
            let handle = JSONReader.text(response.body, place)
        else {
            throw PollError(.transient, "the statement is not done, and the answer does not say how to ask for it")
        }
        guard pages < plan.limits.pages else { throw PollError(.transient, "the statement does not come to an end") }
        upcoming = Ask(request: try plan.statementRequest(handle), pause: Self.statementPause, role: .list(nil))
        return Page(items: .none, description: plan.stream.items)
    }

    /// The position that the first answer of all gives: its last item's.
    private func beginning(_ items: PageItems) -> PageEnd {
        guard let begin = plan.stream.paging.begin, let last = items.ranges.last,
            let place = try? JSONReader.value(items.bytes, in: last, at: begin.cursor),
            let cursor = JSONReader.text(items.bytes, place), !cursor.isEmpty
        else { return PageEnd(next: nil, hasMore: false) }
        return PageEnd(next: .cursor(cursor), hasMore: true)
    }

    private mutating func list(
        _ items: PageItems, _ fetch: FetchDescription, _ isKnown: (RecordKey) -> Bool
    ) throws(PollError) {
        files = []
        nextFile = 0
        var seen: Set<RecordKey> = []
        for range in items.ranges {
            let place = (try? JSONReader.value(items.bytes, in: range, at: fetch.url)) ?? nil
            guard let link = place.flatMap({ JSONReader.text(items.bytes, $0) }), !link.isEmpty else {
                throw PollError(.transient, "a listed item does not say at \"\(fetch.url)\" where its records are")
            }
            let key = RecordIdentity.key(items.bytes, range, id: plan.stream.items.id)
            if isKnown(key) || !seen.insert(key).inserted { continue }
            let time = EventTime.of(items.bytes, range, plan.stream.items)
            if let time { newest = max(newest ?? time, time) }
            files.append(ListedFile(link: link, key: key, time: time))
        }
        fileCount += files.count
        guard fileCount <= plan.limits.files else { throw PollError(.tooManyPages, "more than \(plan.limits.files) files") }
    }

    /// Sets what to ask next.
    private mutating func goOn() {
        upcoming = nil
        do throws(PollError) { upcoming = try following() } catch { failure = error }
    }

    private mutating func following() throws(PollError) -> Ask? {
        if nextFile < files.count {
            let file = files[nextFile]
            return Ask(request: try plan.fetchRequest(file.link), role: .file(file))
        }
        guard let continuation = afterFiles else { return nil }
        files = []
        nextFile = 0
        guard pages < plan.limits.pages else {
            if plan.stream.paging.isDurable { return nil }
            throw PollError(.tooManyPages, "more than \(plan.limits.pages) pages for one span of time")
        }
        return Ask(
            request: try plan.request(from: span.from, until: span.until, continuation), isContinuation: true,
            role: .list(continuation))
    }

    private mutating func noteClock(_ response: PollResponse, _ now: Timestamp) {
        // The header has whole seconds, and took its way: less than two is no difference.
        guard let date = response.date, date - now < -2_000_000 else { return }
        skew = date - now
    }

    /// Where the stream stands once a page's records are stored; nil if nothing is to be committed with them.
    /// - Parameter newest: the newest event time of the page's records.
    package mutating func close(_ page: Page, newest pageNewest: Timestamp?, now: Timestamp) -> StreamPosition? {
        if failure != nil { return nil }
        if plan.stream.fetch == nil, let pageNewest { newest = max(newest ?? pageNewest, pageNewest) }
        if plan.stream.paging.isDurable {
            guard let continuation = page.durable else { return nil }
            var next = StreamPosition(from: max(position.from, min(newest ?? position.from, now)))
            if case .link(let link) = continuation { next.link = link }
            if case .cursor(let cursor) = continuation { next.cursor = cursor }
            return next
        }
        guard upcoming == nil, let window = plan.window else { return nil }
        let serverNow = skew == 0 ? nil : startedAt + skew
        return StreamPosition(
            from: window.next(after: span, position: position.from, newest: newest, serverNow: serverNow))
    }
}

/// When a record says that it happened.
package enum EventTime {
    /// The first of the described times that the record has; nil if none can be read.
    package static func of(_ bytes: [UInt8], _ range: Range<Int>, _ items: ItemsDescription) -> Timestamp? {
        for path in items.time {
            // A record that is no JSON has no time.
            guard let place = (try? JSONReader.value(bytes, in: range, at: path)) ?? nil,
                let text = JSONReader.text(bytes, place), let time = items.timeFormat.parse(text)
            else { continue }
            return time
        }
        return nil
    }
}
