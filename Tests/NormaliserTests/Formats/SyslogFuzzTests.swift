import EventModel
import Normaliser
import Testing

/// Whatever arrives: no crash, every range within the frame, and no byte of the message invented.
@Suite struct SyslogFuzzTests {
    static let seeds = [
        #"<165>1 2026-03-04T05:06:07.008009+01:00 gate.example login 4711 ID9 [a@1 k="v\]"][b@1] sign-in"#,
        "<34>Oct 11 22:14:15 gate su[77]: no", "<187>31: sw1: *Oct 11 22:14:15.000: %SYS-5-CONFIG_I: by x",
        "<166>2026-10-11T22:14:15Z+00 fw1 : %FTD-6-305012: Teardown", "<34>1 1791756855.25 gate events type=x",
        "<34>Oct 11 22:14:15 Message forwarded from aix7: su[7]: fw", "1791756855123 h CEF:0|a|b|c|d|e|1|src=1 msg=a\\=b c",
        "LEEF:2.0|V|P|1|41|0x5E|a=1^b=2", "Oct 11 22:14:15 2026 UTC h a: @cee: {}", "<13>1 - - - - - - \u{feff}x",
        "<189>31: sw1: 000023: *Oct 11 22:14:15 CEST: %A-3-B: x", "<189>31: xr1 RP/0/RSP0/CPU0:Oct 11 22:14:15: c[6]: %A-5-B : x",
        "<190>Oct 11 2:14:15 GMT+02:00 [2001:db8::1%e0] 31: *1w2d: %A-6-B: x", "<1>Sun, 11 Oct 2026 22:14:15 +0200 s/1 (a)[7]: x",
        "<1>20261011T221415.5+02 h a: x", "<1>2026/10/11 22:14:15Z h: %A-6-B: x", "<1> 1 2026-03-04T05:06:07Z h a p m - x",
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func survivesMutations(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<4_000 {
            var bytes = Array(Self.seeds[random.next(below: Self.seeds.count)].utf8)
            for _ in 0...random.next(below: 6) { mutate(&bytes, &random) }
            check(bytes)
        }
    }

    @Test(arguments: [5, 6] as [UInt64])
    func survivesNoise(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<4_000 {
            check((0..<random.next(below: 80)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            let alphabet = Array("<13>1 -[]\"\\=:.TZ+0129OctCEF|LEEF%*\u{feff}".utf8)
            check((0..<random.next(below: 60)).map { _ in alphabet[random.next(below: alphabet.count)] })
        }
    }

    @Test func survivesEveryPrefix() {
        for seed in Self.seeds {
            let bytes = Array(seed.utf8)
            for length in 0...bytes.count { check(Array(bytes[..<length])) }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let place = random.next(below: bytes.count + 1)
        switch random.next(below: 4) {
        case 0: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 1: if place < bytes.count { bytes.remove(at: place) }
        case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: random.next()) }
        default: bytes.removeSubrange(place...)
        }
    }

    private func check(_ bytes: [UInt8]) {
        let sample = SyslogSample(bytes: bytes)
        let frame = sample.frame
        for range in [
            frame.hostname, frame.appName, frame.procID, frame.msgID, frame.structuredData, frame.message, frame.timestampText,
        ] where range.end > bytes.count {
            Issue.record("a range ends at \(range.end) of \(bytes.count) bytes: \(bytes)")
        }
        let body = bytes.withUnsafeBytes { frame.body(in: $0) }
        #expect(body.end <= bytes.count && body.start >= frame.message.start)
        if frame.format == .none, frame.errors.isEmpty { #expect(sample.message.contains("EF:")) }
        #expect(frame.facility <= 23 && frame.severity <= 7)
        // The object has one line and closes, whatever the bytes were.
        let json = sample.json
        #expect(json.hasPrefix("{\"format\":") && json.hasSuffix("]}") && !json.utf8.contains(0x0a))
    }
}

/// Sebastiano Vigna's SplitMix64: the same sequence for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
