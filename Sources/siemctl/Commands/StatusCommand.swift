import ArgumentParser
import EventModel
import Foundation
import Pipeline
import Storage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "The ledger, the sources, the queues and the lag.",
        discussion: "Exits 1 when the ledger does not balance.")

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(name: .shortAndLong, help: "table or json.")
    var output = Format.table

    @OptionGroup var store: StoreOptions

    func run() async throws {
        let reader = try store.open()
        let report: StatusReport
        do {
            let heartbeat = try await reader.heartbeat()
            let isAlive = heartbeat.map(DaemonStatus.isAlive) ?? false
            report = StatusReport(
                isRunning: isAlive, heartbeat: heartbeat, summary: try await reader.summary(), ledger: try await reader.ledger(),
                lag: try await reader.correlationLag(), outbox: try await reader.outboxStats())
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        }
        switch output {
        case .table: for line in report.lines(.standardOutput()) { Console.print(line) }
        case .json: Console.print(report.json)
        }
        if !report.isBalanced { throw ExitCode(CommandError.Status.failed.rawValue) }
    }
}
