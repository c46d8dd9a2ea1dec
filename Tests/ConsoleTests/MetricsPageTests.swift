import Collectors
import Console
import EventModel
import Normaliser
import Pipeline
import Storage
import Testing

struct MetricsPageTests {
    private static func page() -> [String] {
        var account = LedgerAccount(source: "udp")
        (account.received, account.stored, account.duplicate, account.quarantined, account.events) = (10, 5, 1, 1, 6)
        account.dropped = ["kernel": 2, "of_a_newer_version": 1]
        account.refused = ["rate_limit": 4]
        var collector = CollectorStatus()
        collector.connectionsOpen = 2
        let source = DaemonStatus.SourceStatus(
            name: "udp", door: "udp 127.0.0.1:5514", collector: collector, lastReceived: 1_500_000, silentSince: 1_000_000,
            isLosing: true)
        var daemon = DaemonStatus(
            rules: 7, reload: nil, groups: 3, queues: [DaemonStatus.Queue(name: "store", elements: 4, bytes: 99)],
            sources: [source])
        daemon.storeProblem = "the disk is full"
        daemon.unknownTypes = [UnknownEventTypes.Count(product: "okta", type: "new.\"one\"", events: 12)]
        var outbox = OutboxStats(endpoint: "soc")
        outbox.pending = 8
        let snapshot = StatusBoard.Snapshot(
            daemon: daemon, ledger: [account],
            store: StoreSummary(blocks: 1, events: 6, oldest: Timestamp(seconds: 5), newest: Timestamp(seconds: 6), bytes: 4_096),
            lag: 2, outbox: [outbox])
        return MetricsPage(snapshot, process: ProcessFigures.current(), isReady: false).text.split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        "siem_ready 0", "siem_records_received_total{source=\"udp\"} 10", "siem_records_stored_total{source=\"udp\"} 5",
        "siem_records_duplicate_total{source=\"udp\"} 1", "siem_records_quarantined_total{source=\"udp\"} 1",
        "siem_records_dropped_total{source=\"udp\",reason=\"kernel\"} 2",
        "siem_records_dropped_total{source=\"udp\",reason=\"queue_full\"} 0",
        "siem_records_dropped_total{source=\"udp\",reason=\"of_a_newer_version\"} 1",
        "siem_refused_total{source=\"udp\",reason=\"rate_limit\"} 4", "siem_events_stored_total{source=\"udp\"} 6",
        "siem_ledger_balanced{source=\"udp\"} 1", "siem_source_silent{source=\"udp\"} 1", "siem_source_losing{source=\"udp\"} 1",
        "siem_source_last_received_timestamp_seconds{source=\"udp\"} 1.5", "siem_source_connections{source=\"udp\"} 2",
        "siem_queue_depth{queue=\"store\"} 4", "siem_queue_bytes{queue=\"store\"} 99", "siem_correlation_lag_events 2",
        "siem_unknown_event_types_total{product=\"okta\",type=\"new.\\\"one\\\"\"} 12",
        "siem_rules 7", "siem_store_events 6", "siem_store_bytes{part=\"database\"} 4096", "siem_store_writable 0",
        "siem_store_oldest_event_timestamp_seconds 5", "siem_deliveries{endpoint=\"soc\",state=\"pending\"} 8",
        "siem_endpoint_disabled{endpoint=\"soc\"} 0",
    ])
    func has(_ line: String) { #expect(Self.page().contains(line)) }

    @Test func everyFamilyIsDescribedOnce() {
        let types = Self.page().filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
        #expect(Set(types).count == types.count)
        for line in Self.page() where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            #expect(types.contains(name), "\(line)")
        }
    }

    @Test func theProcessIsThisOne() {
        let figures = ProcessFigures.current()
        #expect(figures.residentBytes > 1 << 20)
        #expect(figures.heapBytes > 1 << 16)
        #expect(figures.openDescriptors > 0 && figures.openDescriptors < figures.maximumDescriptors)
        #expect(figures.startTime > 1_700_000_000 && figures.startTime <= Double(Timestamp.now().microseconds) / 1_000_000 + 1)
        #expect(figures.cpuSeconds > 0)
    }
}
