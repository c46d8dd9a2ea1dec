import EventModel
import Foundation
import Pipeline
import Storage

extension DaemonStatus {
    /// A heartbeat is written every second; one this old is of a daemon that hangs or is gone.
    private static let staleAfter: Int64 = 10_000_000

    /// What a heartbeat says; nil if it is of a version that says other things.
    init?(_ heartbeat: Heartbeat) {
        guard let status = try? JSONDecoder().decode(DaemonStatus.self, from: Data(heartbeat.status.utf8)) else { return nil }
        self = status
    }

    /// Whether the daemon that wrote it still runs.
    static func isAlive(_ heartbeat: Heartbeat) -> Bool {
        Timestamp.now() - heartbeat.updatedAt < staleAfter && (kill(heartbeat.pid, 0) == 0 || errno == EPERM)
    }
}
