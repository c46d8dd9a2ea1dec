import EventModel
import LocatedYAML
import Storage

/// What has expired, for people.
struct RetentionTables {
    private let report: RetentionReport

    init(_ report: RetentionReport) { self.report = report }

    func lines(_ style: Style) -> [String] {
        var lines: [String] = []
        if !report.limits.isEmpty { lines += [style.paint("Limits", .bold)] + limits(style) + [""] }
        if !report.files.isEmpty { lines += [style.paint("Expired", .bold)] + files(style) + [""] }
        let expired = Self.text(report.expiredEvents, report.expiredBytes)
        let kept = Self.text(report.keptEvents, report.keptBytes)
        if report.files.isEmpty {
            lines.append((report.undecidedEvents > 0 ? "nothing can go yet" : "nothing has expired") + "; \(kept) stay")
        } else {
            let files = report.files.count == 1 ? "1 file" : "\(report.files.count) files"
            lines.append(style.paint("\(expired) have expired", .yellow) + ", in \(files); \(kept) stay")
        }
        if report.undecidedEvents > 0 {
            lines.append(
                "\(report.undecidedEvents) of these are in blocks that are not yet compacted, of which a part may have expired; "
                    + "that goes when they are")
        }
        return lines
    }

    private func limits(_ style: Style) -> [String] {
        var table = Table([
            .init(title: "LIMIT"), .init(title: "VALUE", alignsRight: true), .init(title: "KEEPS FROM", isFixed: true),
            .init(title: "EVENTS", alignsRight: true), .init(title: "BYTES", alignsRight: true),
        ])
        for limit in report.limits {
            let about = limit.isEstimated ? "~" : ""
            table.add([
                .init(limit.name), .init(limit.valueText),
                limit.keepsFrom.map { .init(TimeText.short($0)) } ?? .init("all", .dim),
                .init("\(about)\(limit.events)"), .init(about + ByteText.short(limit.bytes)),
            ])
        }
        return table.lines(style)
    }

    private func files(_ style: Style) -> [String] {
        var table = Table([
            .init(title: "FILE", isFixed: true), .init(title: "ACTION", isFixed: true), .init(title: "PRODUCT"),
            .init(title: "LIMIT"),
            .init(title: "EVENTS", alignsRight: true), .init(title: "BYTES", alignsRight: true),
            .init(title: "STAY", alignsRight: true),
        ])
        for file in report.files {
            for (index, share) in file.expired.enumerated() {
                let isFirst = index == 0
                table.add([
                    .init(isFirst ? file.name : ""), .init(isFirst ? file.action.rawValue : ""), .init(share.product),
                    .init(Self.short(share.limit)), .init("\(share.events)"), .init(ByteText.short(share.bytes)),
                    .init(isFirst ? "\(file.kept)" : ""),
                ])
            }
        }
        return table.lines(style)
    }

    /// Without the key that the table of limits has in front of it.
    private static func short(_ limit: String) -> String {
        limit.split(separator: ".", maxSplits: 1).last.map(String.init) ?? limit
    }

    private static func text(_ events: Int, _ bytes: Int) -> String {
        "\(events) event\(events == 1 ? "" : "s") (\(ByteText.short(bytes)))"
    }
}

extension RetentionReport.LimitUse {
    /// As a configuration would have it.
    var valueText: String {
        if let (seconds, attoseconds) = age?.components {
            return DurationText.text(seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        }
        return size.map(SizeText.text) ?? ""
    }
}

extension RetentionReport {
    /// For programs.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("limits")
        writer.beginArray()
        for limit in limits {
            writer.beginObject()
            writer.member("limit", limit.name)
            writer.member("value", limit.valueText)
            writer.member("keeps_from", ifPresent: limit.keepsFrom.map { RFC3339.format($0) })
            writer.member("events", limit.events)
            writer.member("bytes", limit.bytes)
            writer.member("estimated", limit.isEstimated)
            writer.endObject()
        }
        writer.endArray()
        writer.key("files")
        writer.beginArray()
        for file in files { write(file, to: &writer) }
        writer.endArray()
        writer.member("expired_events", expiredEvents)
        writer.member("expired_bytes", expiredBytes)
        writer.member("kept_events", keptEvents)
        writer.member("kept_bytes", keptBytes)
        writer.member("undecided_events", undecidedEvents)
        writer.member("damaged", strings: damagedBlocks.map { "\($0)" })
        writer.endObject()
        return writer.text
    }

    private func write(_ file: File, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("file", file.name)
        writer.member("action", file.action.rawValue)
        writer.key("expired")
        writer.beginArray()
        for share in file.expired {
            writer.beginObject()
            writer.member("product", share.product)
            writer.member("limit", share.limit)
            writer.member("events", share.events)
            writer.member("bytes", share.bytes)
            writer.endObject()
        }
        writer.endArray()
        writer.member("kept_events", file.kept)
        writer.member("kept_bytes", file.keptBytes)
        writer.endObject()
    }
}
