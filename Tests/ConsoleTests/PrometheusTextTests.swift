import Console
import Testing

struct PrometheusTextTests {
    @Test func aFamilyIsBegunOnce() {
        var text = PrometheusText()
        text.begin("siem_records_dropped_total", .counter, "Records lost, by reason")
        text.sample([("source", "udp"), ("reason", "kernel")], 3)
        text.sample([("source", "tcp"), ("reason", "queue_full")], 0)
        text.add("process_cpu_seconds_total", .counter, "CPU time", 1.25)
        #expect(
            text.text == """
                # HELP siem_records_dropped_total Records lost, by reason
                # TYPE siem_records_dropped_total counter
                siem_records_dropped_total{source="udp",reason="kernel"} 3
                siem_records_dropped_total{source="tcp",reason="queue_full"} 0
                # HELP process_cpu_seconds_total CPU time
                # TYPE process_cpu_seconds_total counter
                process_cpu_seconds_total 1.25

                """)
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\"b", "a\\\"b"), ("back\\slash", "back\\\\slash"), ("two\nlines", "two\\nlines"), ("ümlaut", "ümlaut"),
    ])
    func labelsCannotForgeALine(value: String, written: String) {
        var text = PrometheusText()
        text.begin("x", .gauge, "x")
        text.sample([("source", value)], 1)
        #expect(text.text.hasSuffix("x{source=\"\(written)\"} 1\n"))
    }

    @Test(arguments: [(0.0, "0"), (3.0, "3"), (0.5, "0.5"), (1_795_983_843.25, "1795983843.25"), (1e18, "1000000000000000000")])
    func numbersAreExact(value: Double, written: String) {
        var text = PrometheusText()
        text.add("x", .gauge, "x", value)
        #expect(text.text.hasSuffix("x \(written)\n"))
    }
}
