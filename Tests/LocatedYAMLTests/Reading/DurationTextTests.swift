import LocatedYAML
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("30s", Int64(30_000_000)), ("5m", 300_000_000), ("1h", 3_600_000_000), ("7d", 604_800_000_000), ("250ms", 250_000),
        ("1w", 604_800_000_000), ("0s", 0), ("9us", 9),
    ])
    func `durations`(text: String, microseconds: Int64) {
        #expect(DurationText.microseconds(text) == microseconds)
    }

    @Test(arguments: ["", "5", "m", "5 m", "-5m", "5M", "1.5h", "99999999999999999d", "٣s", "5mm"])
    func `no durations`(text: String) {
        #expect(DurationText.microseconds(text) == nil)
    }

    @Test(arguments: ["0s", "90s", "2h", "14d", "1500ms", "7us", "1m"])
    func `written as read`(text: String) throws {
        #expect(DurationText.text(try #require(DurationText.microseconds(text))) == text)
    }

    @Test(arguments: [("512", 512), ("64KiB", 65_536), ("16 MiB", 16_777_216), ("2GB", 2_000_000_000), ("1TiB", 1 << 40)])
    func `sizes`(text: String, bytes: Int) {
        #expect(SizeText.bytes(text) == bytes)
    }

    @Test(arguments: ["", "KiB", "1kib", "-1", "1.5MiB", "99999999999TiB", "1  MiB"])
    func `no sizes`(text: String) {
        #expect(SizeText.bytes(text) == nil)
    }

    @Test(arguments: [
        (0, "0"), (1_000, "1000"), (1_024, "1KiB"), (1_536, "1536"), (10 << 30, "10GiB"), (1_536 << 20, "1536MiB"), (2 << 40, "2TiB"),
    ])
    func `sizes in their shortest form`(bytes: Int, text: String) {
        #expect(SizeText.text(bytes) == text)
        #expect(SizeText.bytes(text) == bytes)
    }
}
