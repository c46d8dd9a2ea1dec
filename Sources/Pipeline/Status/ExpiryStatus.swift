import EventModel
import Storage
import Synchronization

/// What has expired since the daemon started: written by the compaction stage, read by the heartbeat.
final class ExpiryStatus: Sendable {
    private let state = Mutex<DaemonStatus.Expiry?>(nil)

    /// Nil before the first look.
    var value: DaemonStatus.Expiry? { state.withLock { $0 } }

    /// A look has ended.
    func add(_ report: RetentionReport, at time: Timestamp) {
        state.withLock { status in
            var next = status ?? DaemonStatus.Expiry(lookedAt: 0)
            next.lookedAt = time.microseconds
            next.events += report.expiredEvents
            next.bytes += report.expiredBytes
            next.files += report.files.count
            status = next
        }
    }

    /// Events had expired when they were compacted.
    func add(_ shares: [RetentionReport.Share]) {
        state.withLock { status in
            for share in shares {
                status?.events += share.events
                status?.bytes += share.bytes
            }
        }
    }
}
