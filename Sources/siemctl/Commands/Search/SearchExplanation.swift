import EventModel
import Matching
import Searching
import Storage

/// What a search will do and what it went through: `--explain` and `--stats`.
struct SearchExplanation {
    let plan: SearchPlan
    let since: Timestamp?
    let until: Timestamp?

    func lines(_ style: Style) -> [String] {
        var lines = Self.block("filter", plan.filter == .constant(true) ? ["every event"] : plan.filter.outline)
        let (start, end) = (since.map(TimeText.short) ?? "the first event", until.map(TimeText.short) ?? "the last")
        lines.append("time      from \(start) to \(end), UTC")
        if !plan.fields.isEmpty {
            lines += Self.block("fields", plan.fields.map { field in
                field.isTime ? "\(field.name): the event's time"
                    : "\(field.name): \(field.selectors.map(\.description).joined(separator: ", else "))"
            })
        }
        if !plan.stageTexts.isEmpty { lines += Self.block("stages", plan.stageTexts) }
        switch plan.output {
        case .events(let extras):
            lines.append("result    events" + (extras.isEmpty ? "" : " with " + extras.map(\.name).joined(separator: ", ")))
        case .rows(let columns): lines.append("result    rows of " + columns.map(\.name).joined(separator: ", "))
        }
        let limit = plan.eventLimit.map { ", the newest \($0)" } ?? ""
        lines.append("reads     \(plan.needsEvents ? "whole events" : "the fields alone")\(limit)")
        return lines
    }

    /// A title, and lines beside and below it.
    private static func block(_ title: String, _ lines: [String]) -> [String] {
        let head = title + String(repeating: " ", count: 10 - title.count)
        return lines.enumerated().map { ($0 == 0 ? head : String(repeating: " ", count: 10)) + $1 }
    }

    /// What a search went through, a line.
    static func account(_ totals: SearchTotals?, found: Int, seconds: Double) -> String {
        let time = seconds < 10 ? "\(Int((seconds * 1_000).rounded())) ms" : "\((seconds * 10).rounded() / 10) s"
        guard let totals else { return "ended early after \(found) rows in \(time)" }
        let pruned = totals.blocks - totals.scannedBlocks - totals.digestedBlocks
        let digests = totals.digestedBlocks > 0 ? ", \(totals.digestedBlocks) counted by digest" : ""
        return "looked at \(totals.events) events in \(totals.scannedBlocks) of \(totals.blocks) blocks "
            + "(\(pruned) pruned\(digests)), \(totals.matched) matched, in \(time)"
    }
}
