package import EventModel

/// Which span of time a cycle asks for, and from where the next one does. Pure.
package struct PollWindow: Sendable, Equatable {
    package struct Span: Sendable, Equatable {
        /// Asked from here on.
        package var from: Timestamp
        /// Asked up to here, where the API takes an end.
        package var until: Timestamp
        /// Something before `from` cannot be asked for any more.
        package var isClipped = false
        /// The span was ended early by its longest length: more is waiting.
        package var isPart = false

        package init(from: Timestamp, until: Timestamp) {
            self.from = from
            self.until = until
        }
    }

    package let window: WindowDescription
    /// The coarsest unit in which the span's beginning is sent, in microseconds.
    package let granularity: Int64

    package init(_ window: WindowDescription, granularity: Int64) {
        self.window = window
        self.granularity = granularity
    }

    /// The first position: the first span begins at `start` before now.
    package func first(now: Timestamp, start: Int64) -> Timestamp { now + -start + window.overlap }

    /// - Parameters:
    ///   - position: up to where everything has been read, but for what is late.
    ///   - longest: a bound on the span beside the API's own, in microseconds.
    package func span(from position: Timestamp, now: Timestamp, longest: Int64? = nil) -> Span {
        var span = Span(from: position + -window.overlap, until: now + -window.delay)
        if let oldest = window.oldest, span.from < now + -oldest {
            span.from = now + -oldest
            span.isClipped = true
        }
        if let longest = [window.longest, longest].compactMap({ $0 }).min(), span.until - span.from > longest {
            span.until = span.from + longest
            span.isPart = true
        }
        // A clock that was set back: the span is empty rather than reversed.
        if span.until < span.from { span.until = span.from }
        return span
    }

    /// The position after a finished cycle: the newest event's time, since an API that lags shows nothing newer yet; never beyond
    /// the span's end, since an event's own clock may be wrong. A part of a longer span is done with when it has been read.
    /// - Parameter serverNow: the API's clock when the cycle began, where it says so: ours may be ahead of it.
    package func next(
        after span: Span, position: Timestamp, newest: Timestamp?, serverNow: Timestamp?
    ) -> Timestamp {
        var end = span.until
        if let serverNow { end = min(end, serverNow + -window.delay) }
        if span.isPart { return max(position, end) }
        return max(position, min(end, newest ?? position))
    }

    /// Entries of the memory before this are never read again.
    package func forgetBefore(_ position: Timestamp) -> Timestamp {
        let from = (position + -window.overlap).microseconds
        let rest = from % granularity
        return Timestamp(microseconds: from - (rest < 0 ? rest + granularity : rest))
    }
}
