import EventModel
import Logging

/// Polls one stream for ever: asks, stores, waits. `StreamCycle`, `RecordIntake` and `PollSchedule` decide.
struct StreamPoller {
    let plan: StreamPlan
    let source: Source
    let interval: Int64
    let check: ResponseCheck
    let client: AuthenticatedClient
    let clock: any PollClock
    let sink: any RecordSink
    let metrics: CollectorMetrics
    let progress: PollProgress
    let logger: Logger

    private var name: String { plan.stream.name }
    private var cursorName: String { StreamPosition.cursorName(source: source, stream: name) }

    /// What lives as long as the stream is polled.
    struct State {
        var position: StreamPosition
        var intake: RecordIntake
        var schedule = PollSchedule()
        var isPrepared = false
        /// A cycle of this run has come to its end.
        var hasRun = false
        /// Set while spans have more pages than are allowed.
        var longestSpan: Int64?
        var lastError = ""
        var generator: any RandomNumberGenerator & Sendable
    }

    /// Until it is cancelled, which it answers with `CancellationError`.
    func run(_ state: State) async throws {
        var state = state
        while true {
            if !state.isPrepared { try await prepare(&state) }
            try await poll(&state)
            let next = state.schedule.nextPoll(now: clock.now(), interval: interval)
            progress.update(name) { $0.nextPoll = next }
            try await clock.sleep(until: next)
        }
    }

    private func prepare(_ state: inout State) async throws {
        while true {
            do throws(PollError) {
                guard let request = try plan.prepareRequest() else { break }
                let response = try await client.send(request)
                let accepted = plan.stream.prepare?.accept ?? []
                if let error = check.error(response, isContinuation: false, now: clock.now()),
                    !accepted.contains(where: { response.excerpt.contains($0) })
                { throw error }
                break
            } catch {
                try await wait(after: error, &state)
            }
        }
        state.isPrepared = true
    }

    /// One cycle to its end. Failed requests are repeated until they succeed.
    private func poll(_ state: inout State) async throws {
        var isMore = true
        while isMore {
            isMore = false
            var cycle: StreamCycle
            do throws(PollError) {
                cycle = try StreamCycle(plan, from: state.position, now: clock.now(), longest: state.longestSpan)
            } catch {
                try await wait(after: error, &state)
                isMore = true
                continue
            }
            // Later in a run nothing lies between the last cycle and this one.
            if cycle.span.isClipped && !state.hasRun { warnOfClipping(cycle.span) }
            while let ask = cycle.ask {
                do throws(PollError) {
                    let page = try await answer(to: ask, &cycle, state.intake)
                    try await store(page, &cycle, &state)
                } catch {
                    if error.kind == .badPosition, let file = ask.file {
                        report("the listed file \(file.prefix(200)) cannot be fetched, and its records are missing: \(error)")
                        cycle.skipFile()
                        continue
                    }
                    try await wait(after: error, &state)
                    if recover(from: error, cycle, &state) {
                        isMore = true
                        break
                    }
                }
            }
            if let failure = cycle.failure {
                try await wait(after: failure, &state)
                _ = recover(from: failure, cycle, &state)
                isMore = true
            }
            if !cycle.span.isPart && cycle.failure == nil && !isMore { state.longestSpan = nil }
            // A part of a long span is followed by the next at once.
            isMore = isMore || cycle.span.isPart || cycle.pages >= plan.limits.pages
        }
        state.hasRun = true
        progress.update(name) { $0.lastSuccess = clock.now() }
    }

    private func answer(
        to ask: StreamCycle.Ask, _ cycle: inout StreamCycle, _ intake: RecordIntake
    ) async throws(PollError) -> StreamCycle.Page {
        if ask.pause > .zero {
            do {
                let microseconds = ask.pause.components.seconds * 1_000_000
                try await clock.sleep(until: clock.now() + microseconds)
            } catch {
                throw PollError(.cancelled, "cancelled")
            }
        }
        let response = try await client.send(ask.request)
        let now = clock.now()
        let isGiven = ask.isContinuation || ask.file != nil
        if let error = check.error(response, isContinuation: isGiven, now: now) { throw error }
        metrics.bytes.add(response.body.count)
        return try cycle.take(response, now: now) { intake.memory.contains($0) }
    }

    private func store(_ page: StreamCycle.Page, _ cycle: inout StreamCycle, _ state: inout State) async throws(PollError) {
        let now = clock.now()
        state.schedule.succeeded()
        let taken = state.intake.take(page, now: now)
        let next = cycle.close(page, newest: taken.newest, now: now)
        if state.intake.shrink() {
            report("more than \(plan.limits.keys) records are in the time that is read again: the oldest are forgotten, and "
                + "repeats of them would be stored again. Choose fewer streams, or a shorter \"overlap\" in the poller's file")
        }
        let moved = next != state.position ? next : nil
        let horizon = moved.flatMap { position in plan.window?.forgetBefore(position.from) }
        let file = page.fileKey.map { (key: $0, time: page.fileTime ?? now) }
        let last = state.intake.close(
            position: moved?.sourceCursor(name: cursorName), file: file, horizon: horizon, now: now)
        do {
            for batch in taken.batches + [last].compactMap({ $0 }) {
                try await sink.push(batch)
                metrics.handedOver(batch)
            }
        } catch {
            throw PollError(.cancelled, "cancelled")
        }
        if let moved { state.position = moved }
        state.lastError = ""
        let keys = state.intake.memory.count
        progress.update(name) { stream in
            stream.error = nil
            stream.pages += 1
            stream.duplicates += taken.duplicates
            stream.keys = keys
            if let newest = taken.newest { stream.newest = max(stream.newest ?? newest, newest) }
        }
    }

    // MARK: - What goes wrong

    /// Says what is wrong, once, and waits until it is worth asking again.
    private func wait(after error: PollError, _ state: inout State) async throws {
        if error.kind == .cancelled { throw CancellationError() }
        let now = clock.now()
        var generator = state.generator
        let next = state.schedule.failed(error.kind, now: now, using: &generator)
        state.generator = generator
        if case .throttled = error.kind { await client.gate.close(until: next) }
        let text = "\(error)"
        if text != state.lastError {
            state.lastError = text
            let metadata: Logger.Metadata = ["stream": "\(name)", "error": "\(text)", "again_in": "\((next - now) / 1_000_000)s"]
            switch error.kind {
            case .unauthorized, .needsPerson: logger.error("the API refuses; somebody has to look at it", metadata: metadata)
            case .throttled: logger.notice("the API asks for a pause", metadata: metadata)
            case .transient, .badPosition, .tooManyPages, .cancelled:
                logger.warning("a request failed; trying again", metadata: metadata)
            }
        }
        progress.update(name) {
            $0.error = text
            $0.nextPoll = next
        }
        try await clock.sleep(until: next)
    }

    /// Whether the cycle has to be begun anew. Records that were stored already are recognised then.
    private func recover(from error: PollError, _ cycle: StreamCycle, _ state: inout State) -> Bool {
        switch error.kind {
        case .badPosition:
            if plan.stream.paging.isDurable {
                logger.warning(
                    "the API does not know the stored position any more; reading again from the newest event's time",
                    metadata: ["stream": "\(name)"])
                state.position = StreamPosition(from: state.position.from)
            }
            return true
        case .tooManyPages:
            let length = cycle.span.until - cycle.span.from
            // As long as what is read again, a span would never move on.
            let overlap = plan.stream.window?.overlap ?? 0
            let shortest = overlap + max(overlap / 4, 1_000_000)
            if plan.hasEnd, length > shortest {
                state.longestSpan = max(shortest, length / 2)
            } else {
                report("\(error). Choose a shorter \"start\", or a shorter \"overlap\" in the poller's file")
            }
            return true
        case .transient, .throttled, .unauthorized, .needsPerson, .cancelled: return false
        }
    }

    private func warnOfClipping(_ span: PollWindow.Span) {
        report("events before \(RFC3339.format(span.from)) cannot be asked for any more; if there were any, they are missing")
    }

    /// A problem that stays in the status, and is logged once.
    private func report(_ text: String) {
        guard progress.warn(name, text) else { return }
        logger.error("\(text)", metadata: ["stream": "\(name)"])
    }
}
