public import EventModel

/// Spares a receiver that is down: after some failures in a row nothing is sent for a while, then one attempt probes.
///
/// Attempts that are held back do not count as attempts. Pure: it is told the time.
public struct CircuitBreaker: Sendable, Equatable {
    private enum State: Sendable, Equatable {
        case closed(failures: Int)
        case open(until: Timestamp, wait: Int64)
        case probing(wait: Int64)
    }

    private var state = State.closed(failures: 0)
    private let threshold: Int
    private let firstWait: Int64
    private let longestWait: Int64

    /// - Parameters:
    ///   - threshold: how many failures in a row open it.
    ///   - firstWait: how long it stays open the first time; each failed probe doubles that.
    ///   - longestWait: the most that doubling leads to.
    public init(threshold: Int = 5, firstWait: Duration = .seconds(10), longestWait: Duration = .seconds(300)) {
        self.threshold = max(1, threshold)
        self.firstWait = max(1, firstWait.wholeMicroseconds)
        self.longestWait = max(self.firstWait, longestWait.wholeMicroseconds)
    }

    /// How many attempts may start now, at most `wanted`.
    public mutating func permits(_ wanted: Int, now: Timestamp) -> Int {
        switch state {
        case .closed: return wanted
        case .open(let until, let wait):
            guard now >= until, wanted > 0 else { return 0 }
            state = .probing(wait: wait)
            return 1
        case .probing: return 0
        }
    }

    /// When it will let an attempt through; nil if it would now, or waits for the probe's end.
    public var opensAt: Timestamp? {
        switch state {
        case .closed, .probing: nil
        case .open(let until, _): until
        }
    }

    /// The receiver answered in a way that shows it works.
    public mutating func succeeded() { state = .closed(failures: 0) }

    /// The receiver did not answer, or said that it cannot.
    public mutating func failed(now: Timestamp) {
        switch state {
        case .closed(let failures):
            state = failures + 1 >= threshold ? .open(until: now + firstWait, wait: firstWait) : .closed(failures: failures + 1)
        case .probing(let wait):
            let longer = min(wait * 2, longestWait)
            state = .open(until: now + longer, wait: longer)
        case .open: break
        }
    }

    /// The probe permitted last was not made, or says nothing: the next one may be.
    public mutating func probeAbandoned(now: Timestamp) {
        switch state {
        case .probing(let wait): state = .open(until: now, wait: wait)
        case .closed, .open: break
        }
    }
}
