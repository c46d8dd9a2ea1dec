public import Alerting
import Collectors
import EventModel
import Matching
public import Storage

/// Sends a scenario through the real doors of a running daemon, and watches in its store how far it comes.
///
/// What is a drill's is told apart from everything else by the daemon, from the moment when it takes notice of the drill
/// (`StoredDrill`); nothing is sent before. At the end its findings are closed as a test, so that receivers close what they
/// opened.
public struct DrillRun: Sendable {
    /// How long the daemon may take to take notice.
    private static let acceptance: Int64 = 15_000_000
    /// How often to look.
    private static let look: Duration = .milliseconds(25)
    /// How long the receivers' answers may take once everything was found and grouped.
    private static let delivery: Int64 = 60_000_000

    private let scenario: DrillScenario
    private let drill: Drill
    private let doors: DrillDoors
    private let expectation: DrillExpectation
    private let files: StoreFiles
    private let person: String

    /// - Parameters:
    ///   - source: the name of the source to go through; nil: `DrillDoors` chooses.
    ///   - person: who starts it.
    /// - Throws: `DrillError` if no source takes its records; `StartError` if the routing is wrong.
    public init(
        _ scenario: DrillScenario, through source: String?, _ installation: Configuration, by person: String
    ) throws {
        self.scenario = scenario
        // A random id is one.
        guard let drill = Drill(scenario, id: Drill.randomID(), start: .now() + -scenario.duration) else {
            throw DrillError("the scenario \(scenario.name) cannot be sent")
        }
        self.drill = drill
        doors = try DrillDoors(drill.records(), through: source, installation)
        expectation = try DrillExpectation(installation)
        files = StoreFiles(directory: installation.data)
        self.person = person
    }

    /// - Parameter onStage: given the report whenever it has grown.
    /// - Throws: `StoreError`, `TriageError`, `CancellationError`.
    public func run(_ reader: StoreReader, onStage: (DrillReport) -> Void = { _ in }) async throws -> DrillReport {
        var report = DrillReport(id: drill.id, scenario: scenario.name, title: scenario.title, doors: doors.names)
        report.detections = scenario.rules.map { DrillReport.Detection(rule: $0) }
        report.sent = doors.loads.reduce(0) { $0 + $1.records.count }
        let announced = Timestamp.now()
        let patience = scenario.budget + expectation.longestGroupWait + Self.delivery
        try TriageStore(files: files).add(
            StoredDrill(
                id: drill.id, scenario: scenario.name, door: doors.names, startedBy: person, startedAt: announced,
                endsAt: announced + Self.acceptance + patience))
        do {
            report.failure = try await carryOut(&report, reader, announced, patience, onStage)
        } catch is CancellationError {
            report.failure = "it was cut off"
            try finish(report)
            throw CancellationError()
        }
        try await closeFindings(reader)
        try finish(report)
        onStage(report)
        return report
    }

    private func finish(_ report: DrillReport) throws {
        let summary = TextLimit(bytes: TriageStore.maximumText).cut(report.summary)
        try TriageStore(files: files).finish(drill: report.id, report.hasPassed ? .passed : .failed, summary: summary)
    }

    /// - Returns: why it failed.
    private func carryOut(
        _ report: inout DrillReport, _ reader: StoreReader, _ announced: Timestamp, _ patience: Int64,
        _ onStage: (DrillReport) -> Void
    ) async throws -> String? {
        while report.acceptedAfter == nil {
            if let accepted = try await reader.drill(id: drill.id)?.acceptedAt { report.acceptedAfter = accepted - announced }
            if report.acceptedAfter == nil, Timestamp.now() - announced > Self.acceptance {
                return "siemd took no notice of it: it does not run, or not on the store in \(files.directory)"
            }
            try await Task.sleep(for: Self.look)
        }
        let start = Timestamp.now()
        do throws(DoorError) {
            try await doors.send()
        } catch {
            return "not sent: \(error)"
        }
        let sent = Timestamp.now()
        report.sendingTook = sent - start
        onStage(report)
        while true {
            let before = report
            try await observe(&report, reader, sent: sent)
            if report != before { onStage(report) }
            guard let lack = report.lack else { return nil }
            if Timestamp.now() - sent > patience { return lack }
            let isDetected = report.detections.allSatisfy { $0.finding != nil }
            if !isDetected, Timestamp.now() - sent > scenario.budget { return lack }
            try await Task.sleep(for: Self.look)
        }
    }

    /// What the store has of it by now.
    private func observe(_ report: inout DrillReport, _ reader: StoreReader, sent: Timestamp) async throws {
        if report.collected < report.sent {
            report.collected = try await collected(reader)
            if report.collected >= report.sent { report.collectedAfter = max(0, .now() - sent) }
        }
        var filter = FindingFilter()
        filter.drills = .one(drill.id)
        let findings = try await reader.findings(filter)
        for place in report.detections.indices where report.detections[place].finding == nil {
            guard let found = findings.filter({ $0.finding.rule.id == report.detections[place].rule })
                .min(by: { $0.createdAt < $1.createdAt })
            else { continue }
            report.detections[place].title = found.finding.rule.title
            report.detections[place].finding = found.finding.uid
            report.detections[place].after = max(0, found.createdAt - sent)
        }
        report.others = findings.count { !scenario.rules.contains($0.finding.rule.id) }
        try await observeNotices(&report, findings, reader, sent)
    }

    private func observeNotices(
        _ report: inout DrillReport, _ findings: [StoredFinding], _ reader: StoreReader, _ sent: Timestamp
    ) async throws {
        var notices: [String: DrillReport.Notice] = [:]
        var order: [String] = []
        var missing: [String] = []
        var expected = 0
        for stored in findings {
            let deliveries = try await reader.deliveries(findingUID: stored.finding.uid)
            for delivery in deliveries {
                if notices[delivery.id] == nil {
                    order.append(delivery.id)
                    notices[delivery.id] = DrillReport.Notice(
                        delivery: delivery.id, endpoint: delivery.endpoint, findings: [],
                        routedAfter: max(0, delivery.createdAt - sent),
                        deliveredAfter: delivery.deliveredAt.map { max(0, $0 - sent) },
                        answer: delivery.receipt ?? delivery.lastError)
                }
                notices[delivery.id]?.findings.append(stored.finding.uid)
            }
            let endpoints = expectation.endpoints(for: stored.finding)
            expected += endpoints.count
            for endpoint in endpoints where !deliveries.contains(where: { $0.endpoint == endpoint }) {
                missing.append("\"\(stored.finding.rule.title)\" at \(endpoint)")
            }
        }
        report.notices = order.compactMap { notices[$0] }
        report.missing = missing
        report.isToldNobody = !findings.isEmpty && expected == 0
    }

    /// How many events of the store carry its mark.
    private func collected(_ reader: StoreReader) async throws -> Int {
        let mark = TextPattern.containing(drill.marker)
        let request = SearchRequest(
            .test(FieldTest(.anyValue, .text(mark))), since: drill.start + -1_000_000, until: .now() + 1_000_000)
        return try await reader.search(request) { _ in }.matched
    }

    private func closeFindings(_ reader: StoreReader) async throws {
        var filter = FindingFilter()
        filter.drills = .one(drill.id)
        filter.statuses = [.new, .acknowledged]
        filter.limit = 10_000
        let triage = try TriageStore(files: files)
        for stored in try await reader.findings(filter) {
            do {
                try triage.apply(.close(.test, reason: "drill \(scenario.name)"), to: stored.finding.uid, by: "drill")
            } catch is TriageError {
                // Somebody was quicker.
            }
        }
    }
}
