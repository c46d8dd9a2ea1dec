import NIOCore
import Synchronization

/// The open connections of a listener: how many there may be, and how to end them all.
final class StreamConnections: Sendable {
    private struct Connection {
        var channel: any Channel
        /// Succeeds when the connection is closed and all its records are in the sink.
        var handedOn: EventLoopFuture<Void>
    }

    private let limit: Int
    private let metrics: CollectorMetrics
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    init(limit: Int, metrics: CollectorMetrics) {
        self.limit = limit
        self.metrics = metrics
    }

    var count: Int { open.withLock { $0.count } }

    /// Counts the connection in, or says that there are too many. One that is closed, but whose records still wait for room,
    /// counts: it holds memory.
    func admit(_ channel: any Channel, handedOn: EventLoopFuture<Void>) -> Bool {
        let id = ObjectIdentifier(channel)
        let admitted = open.withLock { open in
            guard open.count < limit else { return false }
            open[id] = Connection(channel: channel, handedOn: handedOn)
            return true
        }
        guard admitted else {
            metrics.connectionsRefused.add(1)
            return false
        }
        metrics.connectionsAccepted.add(1)
        metrics.connectionsOpen.add(1)
        handedOn.whenComplete { _ in
            self.open.withLock { _ = $0.removeValue(forKey: id) }
            self.metrics.connectionsOpen.subtract(1)
        }
        return true
    }

    /// Asks all connections to end, and waits until they have, and what they had read is handed on.
    func close() async {
        let all = open.withLock { Array($0.values) }
        for connection in all { connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        for connection in all {
            _ = try? await connection.handedOn.get()  // Never fails: the handler counts what it cannot hand on.
        }
    }
}
