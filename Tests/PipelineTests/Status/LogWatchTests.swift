import Pipeline
import Storage
import Testing

/// When to warn of a write-ahead log that grows.
struct LogWatchTests {
    @Test func onceForEachDoubling() {
        var watch = LogWatch()
        // MiB, and whether it is then warned; 0: it is small again.
        let steps: [(size: Int, says: String?)] = [
            (30, nil), (300, "300 MiB"), (301, nil), (599, nil), (600, "600 MiB"), (1_199, nil), (1_300, "1300 MiB"), (10, "small"),
            (12, nil), (260, "260 MiB"),
        ]
        for step in steps {
            let log = WriteAheadLog(bytes: step.size << 20, isTooLarge: step.size > 256)
            switch watch.look(log) {
            case .warning(let text): #expect(step.says.map(text.contains) == true, "\(step): \(text)")
            case .recovered: #expect(step.says == "small")
            case nil: #expect(step.says == nil, "\(step)")
            }
            #expect((watch.advice != nil) == log.isTooLarge, "what to do is told as long as it lasts")
        }
    }

    @Test(arguments: [
        ([], "nobody that can be seen from here"), ([LogReader(pid: 7, name: "sqlite3")], "process 7 (sqlite3)"),
        ([LogReader(pid: 7, name: ""), LogReader(pid: 9, name: "less")], "process 7, process 9 (less)"),
    ])
    func itSaysWhoReads(_ readers: [LogReader], text: String) {
        var watch = LogWatch()
        _ = watch.look(WriteAheadLog(bytes: 1 << 30, isTooLarge: true, readers: readers))
        #expect(watch.advice?.hasSuffix("reading now: \(text)") == true, "\(watch.advice ?? "")")
    }
}
