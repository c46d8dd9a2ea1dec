public import EventModel
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// One source of records that come over HTTP: whose tokens are its, what it may send, and its account. The listener that it
/// shares with others does the work.
public final class HTTPSource: Collector {
    private struct Limits {
        var bucket: RateBucket?
        var quota: DailyQuota?
    }

    public let source: Source
    public let configuration: HTTPSourceConfiguration
    let tokens: TokenSet
    let metrics = CollectorMetrics()
    /// Splunk's acknowledgements that are waited for.
    let acknowledgements: AckChannels.Shared
    private let sink: any RecordSink
    private let port: ListenerPort
    private let limits: Mutex<Limits>
    private let refusals: RefusalLog

    /// Fetches the tokens. Reads files.
    init(
        _ source: Source, _ configuration: HTTPSourceConfiguration, sink: any RecordSink, port: ListenerPort, logger: Logger
    ) throws(SecretError) {
        var logger = logger
        logger[metadataKey: "source"] = "\(source.name)"
        self.source = source
        self.configuration = configuration
        self.sink = sink
        self.port = port
        tokens = try TokenSet(configuration.secrets, logger: logger)
        acknowledgements = AckChannels.Shared()
        limits = Mutex(
            Limits(
                bucket: configuration.rateLimit.map { RateBucket($0, at: .now) },
                quota: configuration.dailyQuota.map(DailyQuota.init)))
        refusals = RefusalLog(logger)
    }

    public var status: CollectorStatus { metrics.status }

    public func opened() async throws { _ = try await port.bound }

    /// The listener receives; this waits for its end.
    public func run() async throws { try await gracefulShutdown() }

    /// Whether the source may send a request now.
    func admit() throws(RequestFailure) {
        let seconds = Timestamp.now().microseconds / 1_000_000
        let failure: RequestFailure? = limits.withLock { limits in
            if let wait = limits.quota?.wait(at: seconds) { return .quotaExceeded(retryAfter: wait) }
            if let wait = limits.bucket?.wait(at: .now) { return .rateLimited(retryAfter: wait) }
            return nil
        }
        if let failure { throw failure }
    }

    /// Hands records on, all of one request.
    func deliver(_ cuts: RecordCuts, on loop: any EventLoop) async throws(RequestFailure) -> PendingCommit {
        let bytes = cuts.totalBytes
        let delivery = RecordDelivery(source: source, sink: sink, metrics: metrics, loop: loop)
        let commit = try await delivery.deliver(cuts, at: .now())
        limits.withLock { limits in
            limits.bucket?.take(cuts.spans.count)
            limits.quota?.take(bytes, at: Timestamp.now().microseconds / 1_000_000)
        }
        return commit
    }

    /// Tells the ledger, and now and then the log.
    func refuse(_ failure: RequestFailure, count: Int = 1) {
        guard let reason = failure.refusal, count > 0 else { return }
        sink.refused(count, reason: reason, source: source)
        refusals.note(reason, failure)
    }
}
