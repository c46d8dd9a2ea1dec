import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// `kill -9`, and a full disk, at every write of compaction, merging and retention: nothing is lost, nothing is there twice, and
/// the work can be done again.
@Suite("Cut off at any write", .serialized)
struct StoreFaultTests {
    /// Points at which a scenario is cut off, at most: all, or so many spread over them.
    private static let points = 30

    private func spread(_ total: Int) -> [Int] {
        guard total > Self.points else { return Array(1...total) }
        return (0..<Self.points).map { 1 + $0 * (total - 1) / (Self.points - 1) }
    }

    /// Does the work undisturbed: how many changes it makes, and how the store looks behind it.
    private func rehearse(_ base: FaultBase) async throws -> (changes: Int, layout: [String]) {
        let files = try base.copy("rehearsal")
        let disk = FaultyDisk(files.directory)
        defer { disk.remove() }
        let (store, compactor) = try base.open(files)
        disk.observe(nil)
        try await disk.use { try await base.scenario.work(compactor) }
        let changes = disk.count
        try await compactor.sweep()
        #expect(try await base.check(files, "undisturbed") == base.stays)
        try await store.writer.close()
        #expect(changes > 30, "the disk is in the way of its writes")
        return (changes, try base.layout(files))
    }

    @Test(arguments: FaultScenario.all) func killed(_ scenario: FaultScenario) async throws {
        let base = try await FaultBase(scenario)
        let (changes, layout) = try await rehearse(base)
        let files = try base.copy("killed")
        let disk = FaultyDisk(files.directory)
        defer { disk.remove() }
        let (store, compactor) = try base.open(files)
        // What a kill leaves at each point: the files as they are then.
        let copies = Collector<(label: String, files: StoreFiles)>()
        let points = Set(spread(changes))
        let folder = base.folder
        disk.observe { change in
            guard points.contains(change.number) else { return }
            let name = "crash-\(change.number)\(change.isTorn ? "-torn" : "")"
            let copy = StoreFiles(directory: folder.path(name))
            do {
                try FileManager.default.copyItem(atPath: files.directory, toPath: copy.directory)
                copies.add(("\(name) of \(changes), at \(change.path)", copy))
            } catch {
                Issue.record(error)
            }
        }
        try await disk.use { try await scenario.work(compactor) }
        disk.observe(nil)
        try await store.writer.close()
        #expect(copies.all.count >= points.count)
        for copy in copies.all {
            // A search before the daemon is started again.
            try await base.check(copy.files, "\(copy.label)")
            try await base.finish(copy.files, "\(copy.label)", layout: layout)
            try FileManager.default.removeItem(atPath: copy.files.directory)
        }
    }

    @Test(arguments: FaultScenario.all) func diskFull(_ scenario: FaultScenario) async throws {
        let base = try await FaultBase(scenario)
        let (changes, layout) = try await rehearse(base)
        for number in spread(changes) {
            let label: Comment = "full at \(number) of \(changes)"
            let files = try base.copy("full")
            let disk = FaultyDisk(files.directory)
            defer { disk.remove() }
            let (store, compactor) = try base.open(files)
            disk.fill(after: number)
            do {
                try await disk.use { try await scenario.work(compactor) }
            } catch let error as StoreError {
                #expect(error.code == .full || error.code == .inputOutput, label)
            }
            #expect(disk.hasFailed, label)
            try await base.check(files, "\(label), while it is", isWhole: false)
            disk.free()
            try await base.check(files, "\(label), with space again")
            // The same process goes on.
            try await disk.use { try await scenario.work(compactor) }
            #expect(try await base.check(files, "\(label), done again") == base.stays, label)
            try await store.writer.close()
            try await base.finish(files, label, layout: layout)
            try FileManager.default.removeItem(atPath: files.directory)
        }
    }
}
