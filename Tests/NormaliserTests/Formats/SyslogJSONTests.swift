import EventModel
import Normaliser
import Testing

@Suite struct SyslogJSONTests {
    @Test func writesAFrame() {
        let sample = SyslogSample(#"<165>1 2026-03-04T05:06:07.5+01:00 h a p i [x@1 k="a\]" k="b"] "m""#)
        #expect(
            sample.json
                == #"{"format":"rfc5424","facility":20,"severity":5,"hostname":"h","app_name":"a","proc_id":"p","msg_id":"i","#
                + #""structured_data":{"x@1":{"k":["a\\]","b"]}},"message":"\"m\"","timestamp":"2026-03-04T04:06:07.500Z","#
                + #""timestamp_text":"2026-03-04T05:06:07.5+01:00","#
                + #""raw":"<165>1 2026-03-04T05:06:07.5+01:00 h a p i [x@1 k=\"a\\]\" k=\"b\"] \"m\"","errors":[]}"#)
    }

    @Test(arguments: [
        ("<13>Oct 11 22:14:15 h a: m", #""timestamp":"2026-10-11T22:14:15Z","timestamp_text":"2026-10-11T22:14:15""#),
        ("<13>1 - h a p i - m", #""timestamp":null,"timestamp_text":null"#),
        ("CEF:0|V|P|1|c|n|5|src=10.0.0.1 rt=1305034099211 ad.x=1", #""sourceAddress":"10.0.0.1""#),
        ("CEF:0|V|P|1|c|n|5|rt=1305034099211", #""deviceReceiptTime":"2011-05-10T13:28:19.211Z""#),
        ("CEF:0|V|P|1|c|n|5|smac=00-AA-bb-00-00-01", #""sourceMacAddress":"00:aa:bb:00:00:01""#),
        ("CEF:0|V|P|1|c|n|5|ad.x=1 ad.y=2", #""ad":{"x":"1","y":"2"}"#),
        (
            "LEEF:1.0|V|P|1|e|a=1",
            #""leef":{"version":"1.0","vendor":"V","product":"P","product_version":"1","event_id":"e","fields":{"a":"1"}}"#
        ),
        ("<13>1 - - - - - - \u{feff}x", "\"message\":\"\u{feff}x\""),
        ("nothing", #""errors":["no syslog header: neither a priority nor a timestamp"]"#),
        ("<13>1 - h a p i - \u{1}", #""message":"\u0001""#),
    ])
    func writes(text: String, part: String) {
        #expect(SyslogSample(text).json.contains(part))
    }

    @Test func writesBytesThatAreNoText() {
        let json = SyslogSample(bytes: Array("<13>1 - h a p i - ".utf8) + [0xff, 0xfe]).json
        #expect(json.contains(#""message":{"b64":"//4="}"#))
        #expect(json.contains(#""raw_b64":"PDEzPjEgLSBoIGEgcCBpIC0g//4=""#))
    }
}
