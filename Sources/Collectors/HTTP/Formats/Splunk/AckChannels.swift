import Synchronization

/// Which requests of which channel have come to their commit (Splunk's indexer acknowledgement): a client that is told `true` may
/// forget what it sent. Bounded in channels and in numbers that nobody asks for; whoever is quiet for long is forgotten.
package struct AckChannels: Sendable {
    package static let maximumChannels = 1_000
    /// Of one channel.
    package static let maximumPending = 10_000
    /// A client asks every few seconds.
    package static let expiry: Duration = .seconds(600)
    static let maximumNameBytes = 128

    private struct Channel {
        var next = 0
        /// Whether each was committed; gone once the client knows.
        var pending: [Int: Bool] = [:]
        var usedAt: ContinuousClock.Instant
    }

    private var channels: [String: Channel] = [:]

    package init() {}

    package var count: Int { channels.count }

    /// A number for one more request; nil when there is no room for it.
    package mutating func open(_ name: String, at now: ContinuousClock.Instant) -> Int? {
        if channels[name] == nil {
            if channels.count >= Self.maximumChannels { channels = channels.filter { now - $0.value.usedAt < Self.expiry } }
            guard channels.count < Self.maximumChannels else { return nil }
        }
        var channel = channels[name] ?? Channel(usedAt: now)
        guard channel.pending.count < Self.maximumPending else { return nil }
        let number = channel.next
        channel.next += 1
        channel.pending[number] = false
        channel.usedAt = now
        channels[name] = channel
        return number
    }

    package mutating func commit(_ number: Int, of name: String) {
        guard channels[name]?.pending[number] != nil else { return }
        channels[name]?.pending[number] = true
    }

    /// It will never be committed, and is no longer waited for.
    package mutating func forget(_ number: Int, of name: String) {
        channels[name]?.pending[number] = nil
    }

    /// Whether each of the numbers is committed. Those that are, are told of once.
    package mutating func answer(
        _ numbers: [Int], of name: String, at now: ContinuousClock.Instant
    ) -> [(number: Int, isCommitted: Bool)] {
        channels[name]?.usedAt = now
        return numbers.map { number in
            let isCommitted = channels[name]?.pending[number] == true
            if isCommitted { channels[name]?.pending[number] = nil }
            return (number, isCommitted)
        }
    }

    /// For several threads.
    final class Shared: Sendable {
        private let channels = Mutex(AckChannels())

        func open(_ name: String) -> Int? { channels.withLock { $0.open(name, at: .now) } }
        func commit(_ number: Int, of name: String) { channels.withLock { $0.commit(number, of: name) } }
        func forget(_ number: Int, of name: String) { channels.withLock { $0.forget(number, of: name) } }

        func answer(_ numbers: [Int], of name: String) -> [(number: Int, isCommitted: Bool)] {
            channels.withLock { $0.answer(numbers, of: name, at: .now) }
        }
    }
}
