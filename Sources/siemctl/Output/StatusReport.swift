import Collectors
import EventModel
import Foundation
import Pipeline
import Storage

/// What `siemctl status` knows, for people and for programs.
struct StatusReport {
    let isRunning: Bool
    let heartbeat: Heartbeat?
    let summary: StoreSummary
    let ledger: [LedgerAccount]
    /// Events that are stored and not yet correlated.
    let lag: Int64
    let outbox: [OutboxStats]

    var isBalanced: Bool { ledger.allSatisfy(\.isBalanced) }

    private var daemon: DaemonStatus? {
        heartbeat.flatMap { DaemonStatus($0) }
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("running", isRunning)
        if let heartbeat { writer.member("started_at", RFC3339.format(heartbeat.startedAt, fractionDigits: 3)) }
        writer.member("balanced", isBalanced)
        writer.member("lag_events", lag)
        writer.member("events", summary.events)
        writer.member("bytes", summary.bytes)
        writer.key("ledger")
        writer.beginObject()
        for account in ledger {
            writer.key(account.source)
            writer.beginObject()
            writer.member("received", account.received)
            writer.member("stored", account.stored)
            writer.member("duplicate", account.duplicate)
            writer.member("quarantined", account.quarantined)
            for (reason, count) in account.dropped.sorted(by: { $0.key < $1.key }) { writer.member("dropped_\(reason)", count) }
            for (reason, count) in account.refused.sorted(by: { $0.key < $1.key }) { writer.member("refused_\(reason)", count) }
            writer.member("events", account.events)
            if account.lost > 0 { writer.member("lost_events", account.lost) }
            writer.endObject()
        }
        writer.endObject()
        writer.key("deliveries")
        writer.beginObject()
        writer.member("pending", outbox.reduce(0) { $0 + $1.pending })
        writer.member("delivered", outbox.reduce(0) { $0 + $1.delivered })
        writer.member("dead", outbox.reduce(0) { $0 + $1.dead })
        writer.endObject()
        if isRunning, let heartbeat {
            writer.key("daemon")
            writer.raw(heartbeat.status)
        }
        writer.endObject()
        return writer.text
    }

    func lines(_ style: Style) -> [String] {
        var lines: [String] = []
        if isRunning, let heartbeat {
            let since = TimeText.short(heartbeat.startedAt)
            lines.append(style.paint("siemd is running", .green) + ", process \(heartbeat.pid), since \(since)")
        } else {
            lines.append(style.paint("siemd is not running", .yellow))
        }
        let span = summary.oldest.flatMap { oldest in
            summary.newest.map { ", from \(TimeText.short(oldest)) to \(TimeText.short($0))" }
        }
        lines.append("\(summary.events) events in \(ByteText.short(summary.bytes))\(span ?? ""); \(lag) not yet correlated")
        if let daemon, isRunning {
            lines.append("\(daemon.rules) rules, \(daemon.groups) open windows")
            if let expiry = daemon.expiry {
                lines.append(
                    "\(expiry.events) events have expired since it started (\(ByteText.short(expiry.bytes))); "
                        + "last looked at \(TimeText.short(Timestamp(microseconds: expiry.lookedAt)))")
            }
            if let problem = daemon.storeProblem { lines.append(style.paint("events cannot be stored: \(problem)", .red)) }
            if let warning = daemon.logWarning { lines.append(style.paint(warning, .red)) }
            if let reload = daemon.reload, !reload.isAccepted {
                let refused = "the rules read at \(TimeText.short(Timestamp(microseconds: reload.endedAt))) were refused"
                lines.append(style.paint(refused, .red) + ": \(reload.errors.first ?? ""); siemctl rule check shows all")
            }
        }
        lines += ["", style.paint("Ledger", .bold)] + ledgerLines(style)
        if let daemon, isRunning { lines += ["", style.paint("Sources", .bold)] + sourceLines(daemon, style) }
        if let types = daemon?.unknownTypes, isRunning, !types.isEmpty {
            lines += ["", style.paint("Event types that no mapping file lists", .bold)] + UnknownTypeLines.lines(types, style)
        }
        if !outbox.isEmpty { lines += ["", style.paint("Webhooks", .bold)] + outboxLines(style) }
        return lines
    }

    private func ledgerLines(_ style: Style) -> [String] {
        var table = Table(
            [.init(title: "SOURCE")]
                + ["RECEIVED", "STORED", "DUPLICATE", "QUARANTINED", "DROPPED", "REFUSED"].map {
                    .init(title: $0, alignsRight: true)
                }
                + [.init(title: "")])
        for account in ledger {
            var reasons = [("dropped", account.dropped), ("refused", account.refused)].flatMap { what, counts in
                counts.sorted { $0.key < $1.key }.map { "\(what) \($0.key) \($0.value)" }
            }.joined(separator: ", ")
            if account.lost > 0 { reasons += "\(reasons.isEmpty ? "" : "; ")\(account.lost) events lost to damage" }
            table.add([
                .init(account.source), .init("\(account.received)"), .init("\(account.stored)"), .init("\(account.duplicate)"),
                .init("\(account.quarantined)", account.quarantined > 0 ? .yellow : .plain),
                .init("\(account.droppedTotal)", account.droppedTotal > 0 ? .red : .plain),
                .init("\(account.refusedTotal)", account.refusedTotal > 0 ? .yellow : .plain),
                account.isBalanced
                    ? .init("balanced" + (reasons.isEmpty ? "" : "; \(reasons)"), .green) : .init("DOES NOT BALANCE", .red),
            ])
        }
        return ledger.isEmpty ? ["nothing received yet"] : table.lines(style)
    }

    private func sourceLines(_ daemon: DaemonStatus, _ style: Style) -> [String] {
        var table = Table([
            .init(title: "SOURCE"), .init(title: "LAST RECORDS"), .init(title: "STATE"),
            .init(title: "CONNECTIONS", alignsRight: true), .init(title: "DOOR"),
        ])
        for source in daemon.sources {
            let last = source.lastReceived.map { TimeText.short(Timestamp(microseconds: $0)) } ?? "-"
            table.add([
                .init(source.name), .init(last), state(source), .init("\(source.collector.connectionsOpen)"), .init(source.door),
            ])
        }
        return table.lines(style)
    }

    private func state(_ source: DaemonStatus.SourceStatus) -> Table.Cell {
        if let since = source.silentSince { return .init("silent since \(TimeText.short(Timestamp(microseconds: since)))", .red) }
        if source.isLosing { return .init("loses records", .red) }
        if let problem = source.collector.polling?.problem { return .init(problem, .red) }
        if source.collector.filesBeyondLimit > 0 {
            return .init("\(source.collector.filesBeyondLimit) files are not read: too many match", .red)
        }
        return .init("well", .green)
    }

    private func outboxLines(_ style: Style) -> [String] {
        var table = Table([
            .init(title: "WEBHOOK"), .init(title: "DELIVERED", alignsRight: true), .init(title: "PENDING", alignsRight: true),
            .init(title: "DEAD", alignsRight: true), .init(title: ""),
        ])
        for endpoint in outbox {
            table.add([
                .init(endpoint.endpoint), .init("\(endpoint.delivered)"), .init("\(endpoint.pending)"),
                .init("\(endpoint.dead)", endpoint.dead > 0 ? .red : .plain),
                .init(endpoint.disabledReason.map { "disabled: \($0)" } ?? "", .red),
            ])
        }
        return table.lines(style)
    }
}
