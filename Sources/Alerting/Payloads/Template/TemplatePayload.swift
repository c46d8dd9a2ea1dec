import EventModel

/// A user's template, filled in.
enum TemplatePayload {
    /// Values of a template that repeats them so often that even the shortest texts are too much.
    private static let leastValue = TextLimit(bytes: 32)

    static func payload(for notification: Notification, options: PayloadOptions) -> Payload? {
        guard let template = options.template else { return nil }
        let filled =
            PayloadSize.fit(findings: notification.findings.count) { size in
                body(template, notification, options, size, limit: nil)
            }
            ?? PayloadSize.fit(findings: 1) { size in body(template, notification, options, size, limit: leastValue) }
        return filled.map { Payload(body: $0) }
    }

    private static func body(
        _ template: PayloadTemplate, _ notification: Notification, _ options: PayloadOptions, _ size: PayloadSize,
        limit: TextLimit?
    ) -> String {
        let text = NotificationText(notification, options: options, size: size)
        var out: [UInt8] = []
        func write(_ nodes: [TemplateNode], index: Int) {
            for node in nodes {
                switch node {
                case .literal(let bytes, _): out += bytes
                case .notification(let field, _): out += bytes(field.value(notification, text, size.texts), limit)
                case .finding(let field, _):
                    let finding = notification.findings[index]
                    out += bytes(field.value(finding, text.findings[index], size.texts), limit)
                case .loop(let body, let isInString, _):
                    for index in text.findings.indices {
                        if index > 0, !isInString { out.append(UInt8(ascii: ",")) }
                        write(body, index: index)
                    }
                }
            }
        }
        write(template.nodes, index: 0)
        return String(decoding: out, as: UTF8.self)
    }

    /// A value as it stands in JSON: a text without quotes, which are the template's.
    static func bytes(_ value: TemplateValue, _ limit: TextLimit? = nil) -> [UInt8] {
        var json = JSONWriter()
        switch value {
        case .text(let text):
            json.string(limit?.cut(text) ?? text)
            return Array(json.bytes.dropFirst().dropLast())
        case .number(let number): json.integer(number)
        case .bool(let truth): json.bool(truth)
        }
        return json.bytes
    }
}
