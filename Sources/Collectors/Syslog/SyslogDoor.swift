import EventModel
import Logging
import NIOCore

/// What a transport needs to open its door.
struct SyslogDoor: Sendable {
    let source: Source
    let configuration: SyslogConfiguration
    let sink: any RecordSink
    let metrics: CollectorMetrics
    let logger: Logger
    let group: any EventLoopGroup

    /// Tells the ledger, the counters and, for whoever looks, the log that a peer was turned away.
    func refuse(_ reason: RefusalReason, _ text: String, _ channel: any Channel) {
        sink.refused(1, reason: reason, source: source)
        logger.debug("connection refused", metadata: metadata(of: channel, ["reason": "\(reason.rawValue)", "text": "\(text)"]))
    }

    func metadata(of channel: any Channel, _ more: Logger.Metadata) -> Logger.Metadata {
        more.merging(["peer": "\(channel.remoteAddress?.description ?? "unknown")"]) { first, _ in first }
    }
}
