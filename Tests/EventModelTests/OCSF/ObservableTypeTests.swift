import EventModel
import Testing

struct ObservableTypeTests {
    @Test(arguments: [
        ("src_endpoint.ip", .ip), ("http_request.x_forwarded_for", .ip), ("device.hostname", .hostname), ("src_endpoint.domain", .hostname),
        ("actor.user.email_addr", .email), ("http_request.url.url_string", .url), ("finding_info.src_url", .url),
        ("web_resources.url_string", .url), ("actor.user.name", .name), ("file.path", .name), ("resources.uid", .name),
        ("message", nil), ("metadata.product.name", nil), ("time", nil), ("no.such.path", nil), ("src_endpoint", nil), ("", nil),
    ] as [(String, ObservableType?)])
    func `what the values at a path are compared with`(_ path: String, _ type: ObservableType?) {
        #expect(OCSFPaths.observable(at: path) == type)
    }

    @Test(arguments: [
        ("enrichments.data.owner", true), ("enrichments.type", true), ("metadata.data_classifications.confidentiality_id", true),
        ("metadata.labels", true), ("device.location.city", true), ("dst_endpoint.autonomous_system.number", true),
        ("device.autonomous_system.number", false), ("enrichments", false), ("enrichments.datum", false), ("message", false),
    ])
    func `what enrichment can set, searches and rules know`(_ path: String, _ isEnriched: Bool) {
        #expect(OCSFPaths.canBeEnriched(path) == isEnriched)
        if isEnriched { #expect(OCSFPaths.contains(path)) }
    }
}
