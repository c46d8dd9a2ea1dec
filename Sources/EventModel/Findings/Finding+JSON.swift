/// A finding as JSON, written by hand: an open finding is stored again with every commit that extends it, and `JSONEncoder` took
/// a third of the daemon's time. The same document as `Codable` would write; that is what reads it back.
extension Finding {
    public var json: String {
        var writer = JSONWriter(capacity: 512 + evidence.count * 96)
        writer.beginObject()
        writer.member("uid", uid)
        writer.key("rule")
        rule.write(to: &writer)
        writer.member("kind", kind)
        writer.key("group")
        writer.beginArray()
        for value in group {
            writer.beginObject()
            writer.member("field", value.field)
            writer.member("value", value.value)
            writer.endObject()
        }
        writer.endArray()
        writer.member("count", count)
        writer.member("firstSeen", firstSeen.microseconds)
        writer.member("lastSeen", lastSeen.microseconds)
        writer.key("evidence")
        writer.beginArray()
        for item in evidence {
            writer.beginObject()
            writer.member("sequence", item.sequence)
            writer.member("time", item.time.microseconds)
            writer.member("rule", item.rule)
            writer.endObject()
        }
        writer.endArray()
        writer.member("reason", reason)
        writer.member("suppressed", suppressed)
        if let anomaly {
            writer.key("anomaly")
            anomaly.write(to: &writer)
        }
        writer.endObject()
        return writer.text
    }
}

extension RuleSummary {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("title", title)
        writer.member("level", level.rawValue)
        writer.member("description", description)
        writer.member("tags", strings: tags)
        writer.member("falsePositives", strings: falsePositives)
        writer.member("version", version)
        writer.member("playbook", ifPresent: playbook)
        writer.member("confidence", ifPresent: confidence?.rawValue)
        writer.member("product", ifPresent: product)
        writer.endObject()
    }
}

extension Anomaly {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind)
        writer.member("subject", subject)
        let numbers = [
            ("observed", observed), ("usual", usual), ("record", record), ("score", score), ("threshold", threshold),
        ]
        for (key, number) in numbers {
            guard let number else { continue }
            writer.key(key)
            writer.number(number)
        }
        for (key, time) in [("recordSince", recordSince), ("knownSince", knownSince), ("start", start), ("end", end)] {
            if let time { writer.member(key, time.microseconds) }
        }
        writer.member("sentence", sentence)
        writer.endObject()
    }
}
