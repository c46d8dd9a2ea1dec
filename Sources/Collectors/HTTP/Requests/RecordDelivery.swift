import EventModel
import NIOCore

/// Hands the records of one request to the sink, each batch with a receipt.
struct RecordDelivery {
    /// How long a request waits for room before its sender is asked to come again.
    static let patience: TimeAmount = .seconds(5)
    /// Between two offers when the sink says that there is room, and then has none.
    private static let retryDelay: TimeAmount = .milliseconds(5)

    let source: Source
    let sink: any RecordSink
    let metrics: CollectorMetrics
    let loop: any EventLoop

    /// - Returns: what becomes of them. When there is no room for all, some may have been taken: whoever sends them again has
    /// these   twice, unless events are recognised by their ids.
    /// - Throws: `.busy`.
    func deliver(_ cuts: RecordCuts, at time: Timestamp) async throws(RequestFailure) -> PendingCommit {
        let commit = PendingCommit(on: loop)
        var builder = RecordBatchBuilder(source: source)
        let deadline = NIODeadline.now() + Self.patience
        for span in cuts.spans {
            builder.append(cuts.bytes.slice(Int(span.offset), Int(span.length)), flaw: span.flaw, at: time)
            if builder.isFull { try await offer(&builder, commit, until: deadline) }
        }
        if !builder.isEmpty { try await offer(&builder, commit, until: deadline) }
        commit.seal()
        return commit
    }

    private func offer(
        _ builder: inout RecordBatchBuilder, _ commit: PendingCommit, until deadline: NIODeadline
    ) async throws(RequestFailure) {
        guard let batch = builder.finish(BatchProgress(receipt: commit.receipt())) else { return }
        var hasPaused = false
        while !sink.offer(batch) {
            if !hasPaused {
                metrics.pauses.add(1)
            } else {
                try? await loop.scheduleTask(in: Self.retryDelay) {}.futureResult.get()  // Fails only when the process ends.
            }
            hasPaused = true
            guard NIODeadline.now() < deadline, await hasRoom(until: deadline) else { throw .busy }
        }
        metrics.handedOver(batch)
    }

    /// False when there was none by the deadline.
    private func hasRoom(until deadline: NIODeadline) async -> Bool {
        let first = FirstAnswer<Bool>(on: loop)
        let timer = loop.scheduleTask(deadline: deadline) { first.give(false) }
        defer { timer.cancel() }
        sink.whenRoom(for: source) { first.give(true) }
        return await first.value ?? false
    }
}
