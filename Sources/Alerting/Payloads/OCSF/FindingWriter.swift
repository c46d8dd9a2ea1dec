import EventModel

/// Writes one finding with so much of its evidence and of its texts.
struct FindingWriter {
    var notified: NotifiedFinding
    var context: FindingContext
    /// How many related events are written.
    var kept: Int
    var texts: TextLimits

    private var finding: Finding { notified.finding }

    func text() -> String {
        var json = JSONWriter(capacity: 4_096)
        json.beginObject()
        json.member("activity_id", context.activity.rawValue)
        json.member("activity_name", context.activity.name)
        json.member("category_uid", 2)
        json.member("category_name", "Findings")
        json.member("class_uid", 2004)
        json.member("class_name", "Detection Finding")
        json.member("type_uid", 200_400 + context.activity.rawValue)
        json.member("type_name", "Detection Finding: " + context.activity.name)
        json.member("time", finding.lastSeen.milliseconds)
        json.member("start_time", finding.firstSeen.milliseconds)
        json.member("end_time", finding.lastSeen.milliseconds)
        json.member("severity_id", finding.rule.level.severityID)
        json.member("severity", finding.rule.level.severity)
        json.member("status_id", notified.status.statusID)
        json.member("status", notified.status.status)
        // A finding that is closed calls nobody.
        json.member("is_alert", context.activity != .close)
        json.member("count", finding.count)
        let mark = context.isDrill ? "[DRILL] " : ""
        json.member("message", mark + texts.text.cut(finding.reason.isEmpty ? finding.rule.title : finding.reason))
        writeIncident(to: &json)
        writeRemediation(to: &json)
        writeMetadata(to: &json)
        writeInfo(to: &json)
        writeEvidences(to: &json)
        writeAnomaly(to: &json)
        writeObservables(to: &json)
        writeUnmapped(to: &json)
        json.endObject()
        return json.text
    }

    private func writeMetadata(to json: inout JSONWriter) {
        json.key("metadata")
        json.beginObject()
        json.member("version", "1.8.0")
        json.member("uid", texts.name.cut(finding.uid))
        json.key("product")
        json.beginObject()
        json.member("name", "Perimeter")
        json.member("vendor_name", "Perimeter")
        json.endObject()
        if hasIncident {
            json.key("profiles")
            json.beginArray()
            json.string("incident")
            json.endArray()
        }
        if context.isDrill {
            json.key("labels")
            json.beginArray()
            json.string("drill")
            json.endArray()
        }
        json.endObject()
    }

    /// Whether there is something to say in the incident profile.
    private var hasIncident: Bool { notified.assignee?.isEmpty == false || notified.verdict != nil || context.link != nil }

    private func writeIncident(to json: inout JSONWriter) {
        if let assignee = notified.assignee, !assignee.isEmpty {
            json.key("assignee")
            json.beginObject()
            json.member("name", texts.name.cut(assignee))
            json.endObject()
        }
        if let verdict = notified.verdict {
            json.member("verdict_id", verdict.verdictID)
            json.member("verdict", verdict.verdict)
            json.member("is_suspected_breach", verdict == .truePositive && !context.isDrill)
        }
        json.member("src_url", ifPresent: context.link)
    }

    private func writeRemediation(to json: inout JSONWriter) {
        guard let playbook = notified.playbook, !playbook.isEmpty else { return }
        json.key("remediation")
        json.beginObject()
        json.member("desc", "Follow the playbook " + texts.name.cut(playbook) + ".")
        json.key("kb_article_list")
        json.beginArray()
        json.beginObject()
        json.member("uid", texts.name.cut(playbook))
        json.member("src_url", ifPresent: context.playbookLink)
        json.endObject()
        json.endArray()
        json.endObject()
    }

    private func writeInfo(to json: inout JSONWriter) {
        json.key("finding_info")
        json.beginObject()
        json.member("uid", texts.name.cut(finding.uid))
        json.member("title", texts.name.cut(finding.rule.title))
        if !finding.rule.description.isEmpty { json.member("desc", texts.text.cut(finding.rule.description)) }
        json.key("types")
        json.beginArray()
        json.string(texts.name.cut(finding.kind))
        json.endArray()
        json.member("first_seen_time", finding.firstSeen.milliseconds)
        json.member("last_seen_time", finding.lastSeen.milliseconds)
        json.key("analytic")
        json.beginObject()
        json.member("name", texts.name.cut(finding.rule.title))
        json.member("uid", texts.name.cut(finding.rule.id))
        json.member("type_id", 1)
        json.member("type", "Rule")
        if !finding.rule.version.isEmpty { json.member("version", texts.name.cut(finding.rule.version)) }
        json.endObject()
        AttackTag.write(finding.rule.tags, to: &json)
        json.member("related_events_count", finding.count)
        if kept > 0 {
            json.key("related_events")
            json.beginArray()
            for evidence in keptEvidence {
                json.beginObject()
                json.member("uid", String(evidence.sequence))
                json.member("first_seen_time", evidence.time.milliseconds)
                if !evidence.rule.isEmpty { json.member("desc", texts.name.cut(evidence.rule)) }
                json.endObject()
            }
            json.endArray()
        }
        json.endObject()
    }

    /// The first events and the latest ones: how it began and where it stands.
    private var keptEvidence: [Evidence] {
        guard kept < finding.evidence.count else { return finding.evidence }
        let first = (kept + 1) / 2
        return Array(finding.evidence.prefix(first) + finding.evidence.suffix(kept - first))
    }

    /// The values that the events have in common, in the places where OCSF's readers look for them.
    private func writeEvidences(to json: inout JSONWriter) {
        guard !finding.group.isEmpty else { return }
        json.key("evidences")
        json.beginArray()
        json.beginObject()
        json.member("name", "group")
        json.key("data")
        json.beginObject()
        for (field, value) in group { json.member(field, value) }
        json.endObject()
        json.endObject()
        json.endArray()
    }

    private func writeObservables(to json: inout JSONWriter) {
        guard !finding.group.isEmpty else { return }
        json.key("observables")
        json.beginArray()
        for (field, value) in group {
            let type = ObservableType(value: value, field: field)
            json.beginObject()
            json.member("name", field)
            json.member("type_id", type.id)
            json.member("type", type.name)
            json.member("value", value)
            json.endObject()
        }
        json.endArray()
    }

    private func writeUnmapped(to json: inout JSONWriter) {
        json.key("unmapped")
        json.beginObject()
        json.member("kind", texts.name.cut(finding.kind))
        json.member("level", finding.rule.level.rawValue)
        json.member("notification", ifPresent: context.notification?.rawValue)
        if context.isDrill { json.member("is_drill", true) }
        writeOmitted(to: &json)
        if finding.suppressed > 0 { json.member("suppressed_count", finding.suppressed) }
        if kept < finding.evidence.count { json.member("related_events_omitted", finding.evidence.count - kept) }
        if !finding.rule.falsePositives.isEmpty {
            json.member("false_positives", strings: finding.rule.falsePositives.prefix(10).map { texts.name.cut($0) })
        }
        if !finding.group.isEmpty {
            json.key("group")
            json.beginObject()
            for (field, value) in group { json.member(field, value) }
            json.endObject()
        }
        json.endObject()
    }

    /// What of the notification is left out, and how to fetch it.
    private func writeOmitted(to json: inout JSONWriter) {
        guard context.omittedCount > 0 else { return }
        json.member("findings_omitted", context.omittedCount)
        var commands = context.omittedUIDs.prefix(3).map { FindingText.command($0, texts) }
        if commands.count < context.omittedCount { commands.append("siemctl alert ls") }
        json.member("findings_omitted_commands", strings: commands)
    }

    /// Rules group by a handful of fields; more would crowd the evidence out.
    private static let maximumGroup = 12

    /// Cut to length, each field once: the names of an object's members must differ.
    private var group: [(field: String, value: String)] {
        var seen: Set<String> = []
        return finding.group.prefix(FindingWriter.maximumGroup).compactMap { entry in
            let field = texts.name.cut(entry.field)
            return seen.insert(field).inserted ? (field, texts.name.cut(entry.value)) : nil
        }
    }
}
