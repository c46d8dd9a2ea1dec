import EventModel

/// Detection Findings: one object, or an array of several.
enum OCSFPayload {
    /// A document shorter than that would say too little.
    private static let leastBytes = 2_400

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        var count = min(notification.findings.count, Payload.maximumBytes / leastBytes)
        while count > 1 {
            // Brackets and commas.
            let room = (Payload.maximumBytes - 1 - count) / count
            let documents = documents(notification, count, options, maximumBytes: room)
            if documents.allSatisfy({ $0.utf8.count <= room }) {
                return Payload(body: "[" + documents.joined(separator: ",") + "]")
            }
            count -= 1
        }
        return documents(notification, 1, options, maximumBytes: Payload.maximumBytes).first.map { Payload(body: $0) }
    }

    private static func documents(
        _ notification: Notification, _ count: Int, _ options: PayloadOptions, maximumBytes: Int
    ) -> [String] {
        let left = notification.findings.dropFirst(count)
        return notification.findings.prefix(count).enumerated().map { index, notified in
            var context = FindingContext(notification, notified, options: options)
            // Said once.
            if index == 0 {
                context.omittedCount = left.count + max(0, notification.omitted)
                context.omittedUIDs = left.map(\.finding.uid)
            }
            return FindingDocument.json(notified, context, maximumBytes: maximumBytes)
        }
    }
}
