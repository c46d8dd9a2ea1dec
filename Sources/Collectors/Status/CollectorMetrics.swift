import EventModel

/// The counters behind a `CollectorStatus`. Written once a batch or connection, never once a record.
final class CollectorMetrics: Sendable {
    let connectionsOpen = Counter()
    let connectionsAccepted = Counter()
    let connectionsRefused = Counter()
    let connectionsIdledOut = Counter()
    let records = Counter()
    let flawed = Counter()
    let bytes = Counter()
    let dropped = Counter()
    let pauses = Counter()
    let rotations = Counter()
    let unreadBytes = Counter()
    let filesMatched = Counter()
    let filesOpen = Counter()
    let filesBeyondLimit = Counter()

    func handedOver(_ batch: RecordBatch) {
        records.add(batch.records.count)
        let flaws = batch.records.reduce(into: 0) { if $1.flaw != .none { $0 += 1 } }
        if flaws > 0 { flawed.add(flaws) }
    }

    var status: CollectorStatus {
        var status = CollectorStatus()
        status.connectionsOpen = connectionsOpen.count
        status.connectionsAccepted = connectionsAccepted.count
        status.connectionsRefused = connectionsRefused.count
        status.connectionsIdledOut = connectionsIdledOut.count
        status.records = records.count
        status.flawed = flawed.count
        status.bytes = bytes.count
        status.dropped = dropped.count
        status.pauses = pauses.count
        status.rotations = rotations.count
        status.unreadBytes = unreadBytes.count
        status.filesMatched = filesMatched.count
        status.filesOpen = filesOpen.count
        status.filesBeyondLimit = filesBeyondLimit.count
        return status
    }
}
