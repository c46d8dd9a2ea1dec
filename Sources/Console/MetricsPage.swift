import Collectors
import EventModel
import Normaliser
package import Pipeline
import Storage

/// The metrics in Prometheus' text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
package struct MetricsPage {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The page.
    package let text: String

    package init(_ snapshot: StatusBoard.Snapshot, process: ProcessFigures, isReady: Bool) {
        var text = PrometheusText()
        text.add("siem_ready", .gauge, "1 when every source is open and events can be stored", isReady ? 1 : 0)
        Self.addLedger(snapshot.ledger, to: &text)
        Self.addSources(snapshot.daemon.sources, to: &text)
        Self.addPipeline(snapshot, to: &text)
        Self.addStore(snapshot, to: &text)
        Self.addOutbox(snapshot.outbox, to: &text)
        Self.addProcess(process, to: &text)
        self.text = text.text
    }

    /// `received = stored + duplicate + quarantined + dropped` holds at every scrape: they are one commit.
    private static func addLedger(_ ledger: [LedgerAccount], to text: inout PrometheusText) {
        let counts: [(String, String, KeyPath<LedgerAccount, Int>)] = [
            ("received", "Records that reached the collector, dropped ones included", \.received),
            ("stored", "Records stored", \.stored),
            ("duplicate", "Records that the store had already", \.duplicate),
            ("quarantined", "Records stored as received that could not be read", \.quarantined),
        ]
        for (name, help, count) in counts {
            text.begin("siem_records_\(name)_total", .counter, help)
            for account in ledger { text.sample([("source", account.source)], account[keyPath: count]) }
        }
        text.begin("siem_records_dropped_total", .counter, "Records lost, by reason")
        for account in ledger {
            for reason in reasons(DropReason.allCases.map(\.rawValue), account.dropped) {
                text.sample([("source", account.source), ("reason", reason)], account.dropped[reason] ?? 0)
            }
        }
        text.begin("siem_refused_total", .counter, "Requests, connections and frames turned away at the door, by reason")
        for account in ledger {
            for (reason, count) in account.refused.sorted(by: { $0.key < $1.key }) {
                text.sample([("source", account.source), ("reason", reason)], count)
            }
        }
        text.begin("siem_events_stored_total", .counter, "Events stored; a record can hold several")
        for account in ledger { text.sample([("source", account.source)], account.events) }
        text.begin("siem_ledger_balanced", .gauge, "1 when every record received is accounted for")
        for account in ledger { text.sample([("source", account.source)], account.isBalanced ? 1 : 0) }
    }

    /// Every known reason, so that a rate is there from the first loss on, and what a newer version wrote.
    private static func reasons(_ known: [String], _ counted: [String: Int]) -> [String] {
        known + counted.keys.filter { !known.contains($0) }.sorted()
    }

    private static func addSources(_ sources: [DaemonStatus.SourceStatus], to text: inout PrometheusText) {
        func add(
            _ name: String, _ kind: PrometheusText.Kind, _ help: String, _ value: (DaemonStatus.SourceStatus) -> Double?
        ) {
            text.begin(name, kind, help)
            for source in sources {
                if let value = value(source) { text.sample([("source", source.name)], value) }
            }
        }
        add("siem_source_silent", .gauge, "1 while a source is silent for longer than it should be") {
            $0.silentSince == nil ? 0 : 1
        }
        add("siem_source_losing", .gauge, "1 while a source has lost records in the last ten minutes") { $0.isLosing ? 1 : 0 }
        add("siem_source_last_received_timestamp_seconds", .gauge, "When records last came") {
            $0.lastReceived.map { Double($0) / 1_000_000 }
        }
        add("siem_source_received_bytes_total", .counter, "Bytes read since the start, framing included") {
            Double($0.collector.bytes)
        }
        add("siem_source_unread_bytes", .gauge, "Bytes of followed files that are not read yet") {
            Double($0.collector.unreadBytes)
        }
        add("siem_source_connections", .gauge, "Connections open now") { Double($0.collector.connectionsOpen) }
        add("siem_source_connections_accepted_total", .counter, "Connections taken since the start") {
            Double($0.collector.connectionsAccepted)
        }
        add("siem_source_connections_refused_total", .counter, "Connections closed at once since the start: too many") {
            Double($0.collector.connectionsRefused)
        }
        add("siem_source_failing", .gauge, "1 while an API that is polled does not answer as it should") {
            $0.collector.polling.map { $0.problem == nil ? 0 : 1 }
        }
        add("siem_source_newest_event_timestamp_seconds", .gauge, "Time of the newest event of an API that is polled") {
            $0.collector.polling?.newestEvent.map { Double($0.microseconds) / 1_000_000 }
        }
        add("siem_source_pauses_total", .counter, "Times that reading stopped because the queue was full") {
            Double($0.collector.pauses)
        }
    }

    private static func addPipeline(_ snapshot: StatusBoard.Snapshot, to text: inout PrometheusText) {
        text.begin("siem_queue_depth", .gauge, "Batches that wait before a stage")
        for queue in snapshot.daemon.queues { text.sample([("queue", queue.name)], queue.elements) }
        text.begin("siem_queue_bytes", .gauge, "Bytes that wait before a stage")
        for queue in snapshot.daemon.queues { text.sample([("queue", queue.name)], queue.bytes) }
        text.add("siem_correlation_lag_events", .gauge, "Stored events that are not yet correlated", Int(snapshot.lag))
        text.add("siem_correlation_groups", .gauge, "Groups of values whose windows are open", snapshot.daemon.groups)
        text.add("siem_rules", .gauge, "Rules that can raise findings", snapshot.daemon.rules)
        text.begin(
            "siem_unknown_event_types_total", .counter,
            "Events since the start whose type the product's mapping file does not list")
        for count in snapshot.daemon.unknownTypes ?? [] {
            text.sample([("product", count.product), ("type", count.type)], count.events)
        }
        if let reload = snapshot.daemon.reload {
            text.add(
                "siem_rules_reload_ok", .gauge, "1 when the last reload of the rules was accepted", reload.isAccepted ? 1 : 0)
        }
    }

    private static func addStore(_ snapshot: StatusBoard.Snapshot, to text: inout PrometheusText) {
        let store = snapshot.store
        text.add("siem_store_events", .gauge, "Events in the store", store.events)
        text.begin("siem_store_bytes", .gauge, "Bytes of the store: of its database, and of the compacted blocks")
        text.sample([("part", "database")], store.bytes)
        text.sample([("part", "cold")], store.coldBytes)
        if let log = snapshot.daemon.logBytes {
            text.add("siem_store_log_bytes", .gauge, "Bytes of the write-ahead log", log)
        }
        text.add(
            "siem_store_writable", .gauge, "1 while events can be stored", snapshot.daemon.storeProblem == nil ? 1 : 0)
        if let oldest = store.oldest {
            text.add(
                "siem_store_oldest_event_timestamp_seconds", .gauge, "Time of the oldest event",
                Double(oldest.microseconds) / 1_000_000)
        }
    }

    private static func addOutbox(_ outbox: [OutboxStats], to text: inout PrometheusText) {
        text.begin("siem_deliveries", .gauge, "Webhook deliveries, by endpoint and state")
        for endpoint in outbox {
            for (state, count) in [("pending", endpoint.pending), ("delivered", endpoint.delivered), ("dead", endpoint.dead)] {
                text.sample([("endpoint", endpoint.endpoint), ("state", state)], count)
            }
        }
        text.begin("siem_endpoint_disabled", .gauge, "1 while nothing is sent to an endpoint any more")
        for endpoint in outbox {
            text.sample([("endpoint", endpoint.endpoint)], endpoint.disabledReason == nil ? 0 : 1)
        }
    }

    private static func addProcess(_ process: ProcessFigures, to text: inout PrometheusText) {
        text.add("process_start_time_seconds", .gauge, "When the process started", process.startTime)
        text.add("process_cpu_seconds_total", .counter, "CPU time of the process", process.cpuSeconds)
        text.add("process_resident_memory_bytes", .gauge, "Memory in use", process.residentBytes)
        text.add("siem_heap_bytes", .gauge, "Memory allocated and not freed", process.heapBytes)
        text.add("process_open_fds", .gauge, "Open file descriptors", process.openDescriptors)
        text.add("process_max_fds", .gauge, "File descriptors allowed", process.maximumDescriptors)
    }
}
