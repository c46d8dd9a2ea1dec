public import EventModel

/// A finding as an OCSF 1.8.0 Detection Finding (class 2004): the body of generic webhooks, and what `siemctl` prints.
public enum FindingDocument {
    /// The most that a body may have, in bytes: Standard Webhooks asks for small ones, many receivers refuse more.
    public static let maximumBytes = Payload.maximumBytes

    /// The document on one line. The same for the same finding.
    ///
    /// Long texts are cut, and so much evidence is left out that the document keeps within `maximumBytes`;
    /// `finding_info.related_events_count` and `unmapped.related_events_omitted` tell.
    public static func json(_ finding: Finding) -> String { json(NotifiedFinding(finding)) }

    /// The document of a finding as it stands with the people who look at it: with the incident profile once there is something
    /// to say in it.
    public static func json(_ notified: NotifiedFinding) -> String {
        json(notified, FindingContext(notified.status), maximumBytes: maximumBytes)
    }

    static func json(_ notified: NotifiedFinding, _ context: FindingContext, maximumBytes: Int) -> String {
        var writer = FindingWriter(
            notified: notified, context: context, kept: notified.finding.evidence.count, texts: .full)
        while true {
            let text = writer.text()
            if text.utf8.count <= maximumBytes { return text }
            if writer.kept > 0 {
                // A third less each time: few rounds, and not much more than needed is lost.
                writer.kept = writer.kept * 2 / 3
            } else {
                // Only texts that are hostile, or escaped throughout, come here.
                guard let shorter = writer.texts.halved() else { return text }
                writer.texts = shorter
            }
        }
    }
}
