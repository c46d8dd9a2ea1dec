public import EventModel

/// Which deliveries a finding owes.
public enum DeliveryRules {
    /// One delivery for each endpoint whose minimum level the finding reaches. The same finding owes the same deliveries, ids
    /// included, however often it is asked: what an outbox already has, it need not take again.
    public static func deliveries(for finding: Finding, endpoints: [Webhook], now: Timestamp) -> [NewDelivery] {
        let interested = endpoints.filter { finding.rule.level >= $0.minimumLevel }
        guard !interested.isEmpty else { return [] }
        let body = FindingDocument.json(finding)
        return interested.map { endpoint in
            NewDelivery(
                id: deliveryID(findingUID: finding.uid, endpoint: endpoint.name), endpoint: endpoint.name,
                findingUID: finding.uid, body: body, createdAt: now)
        }
    }

    /// `msg_`, the finding and a hash of the endpoint's name. Without dots, which separate the parts of what is signed.
    static func deliveryID(findingUID: String, endpoint: String) -> String {
        let uid = findingUID.utf8.prefix(128).map { byte in
            let isSafe = (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || byte == 0x2d
            return isSafe ? byte : UInt8(ascii: "_")
        }
        return "msg_" + String(decoding: uid, as: UTF8.self) + "_" + TextDigest.hex(of: endpoint, bytes: 6)
    }
}
