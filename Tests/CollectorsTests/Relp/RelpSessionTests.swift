import Collectors
import EventModel
import TestSupport
import Testing

struct RelpSessionTests {
    /// A session whose answers are texts.
    struct Conversation {
        var session = RelpSession(software: "test")
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "relp"))

        @discardableResult
        mutating func take(_ transaction: Int, _ command: RelpCommand, _ data: String = "") throws(RelpViolation) -> String {
            let bytes = Array(data.utf8)
            let violation = bytes.withUnsafeBytes { raw -> RelpViolation? in
                do throws(RelpViolation) {
                    try session.take(
                        RelpFraming.Frame(transaction: transaction, command: command, isCut: false), raw, into: &builder,
                        at: Timestamp(microseconds: 1))
                    return nil
                } catch {
                    return error
                }
            }
            if let violation { throw violation }
            return output
        }

        var output: String {
            mutating get { String(decoding: session.takeOutput(), as: UTF8.self) }
        }

        mutating func open() throws(RelpViolation) {
            try take(1, .open, RelpPeer.offers)
        }

        mutating func seal() throws -> Int {
            let sealed = session.sealBatch()
            return try #require(sealed)
        }

        mutating func stored(_ batch: Int) -> String {
            session.stored(batch)
            return output
        }
    }

    @Test(
        arguments: [
            ("relp_version=1\nrelp_software=librelp,1.11.0\ncommands=syslog", 1),
            ("relp_version=0\ncommands=syslog", 0), ("relp_version=7\ncommands=syslog", 1),
            ("commands=eventlog, syslog", 0), ("relp_version=x\r\ncommands=syslog\r\n", 0),
        ])
    func opening(offers: String, version: Int) throws {
        var talk = Conversation()
        let answer = "200 OK\nrelp_version=\(version)\nrelp_software=test\ncommands=syslog"
        #expect(try talk.take(1, .open, offers) == "1 rsp \(answer.utf8.count) \(answer)\n")
        #expect(talk.session.isTaking)
    }

    @Test func anOpeningWithoutSyslogIsRefused() throws {
        var talk = Conversation()
        #expect(throws: RelpViolation.offers) { try talk.take(1, .open, "relp_version=1\ncommands=eventlog") }
        talk.session.close()
        #expect(talk.output == "1 rsp 34 500 the command syslog is required\n0 serverclose 0\n")
    }

    @Test(
        arguments: [
            (RelpCommand.syslog, 1, RelpViolation.phase), (.open, 0, .transactionNumber), (.close, 0, .transactionNumber),
        ])
    func whatCannotComeFirst(command: RelpCommand, transaction: Int, violation: RelpViolation) {
        var talk = Conversation()
        #expect(throws: violation) { try talk.take(transaction, command, RelpPeer.offers) }
    }

    @Test func aMessageIsAnsweredWhenItIsStored() throws {
        var talk = Conversation()
        try talk.open()
        #expect(try talk.take(2, .syslog, "<13>one\n") == "")
        #expect(try talk.take(3, .syslog) == "")
        #expect(talk.session.unanswered == 2 && talk.session.gathered == 2)
        let batch = try talk.seal()
        #expect(talk.builder.finish()?.records.count == 1)
        #expect(talk.session.sealBatch() == nil)
        #expect(talk.stored(batch) == "2 rsp 6 200 OK\n3 rsp 6 200 OK\n")
        #expect(talk.session.unanswered == 0)
    }

    @Test func answersKeepTheOrderOfTheCommands() throws {
        var talk = Conversation()
        try talk.open()
        try talk.take(2, .syslog, "a")
        #expect(try talk.take(3, .other) == "")
        try talk.take(4, .syslog, "b")
        let first = try talk.seal()
        try talk.take(999_999_999, .syslog, "c")
        let second = try talk.seal()
        try talk.take(1, .syslog, "d")
        let third = try talk.seal()
        #expect(talk.stored(second) == "")
        #expect(
            talk.stored(first)
                == "2 rsp 6 200 OK\n3 rsp 32 500 the command is not supported\n4 rsp 6 200 OK\n999999999 rsp 6 200 OK\n")
        #expect(talk.stored(third) == "1 rsp 6 200 OK\n")
    }

    @Test func closingWaitsForWhatIsOwed() throws {
        var talk = Conversation()
        try talk.open()
        try talk.take(2, .syslog, "a")
        #expect(try talk.take(3, .close) == "")
        #expect(!talk.session.isTaking && !talk.session.isOver)
        #expect(throws: RelpViolation.phase) { try talk.take(4, .syslog, "late") }
        let batch = try talk.seal()
        #expect(talk.stored(batch) == "2 rsp 6 200 OK\n3 rsp 6 200 OK\n0 serverclose 0\n")
        #expect(talk.session.isOver)
    }

    @Test func whatWasLostIsNeverAnswered() throws {
        var talk = Conversation()
        try talk.open()
        try talk.take(2, .syslog, "a")
        let first = try talk.seal()
        try talk.take(3, .syslog, "b")
        let second = try talk.seal()
        talk.session.lost(first)
        #expect(talk.session.isOver)
        #expect(talk.stored(second) == "")
    }

    @Test func anAbortEndsItAtOnce() throws {
        var talk = Conversation()
        try talk.open()
        try talk.take(2, .syslog, "a")
        #expect(try talk.take(0, .abort) == "")
        #expect(talk.session.isOver)
    }

    @Test func anotherOpeningIsHarmless() throws {
        var talk = Conversation()
        try talk.open()
        #expect(try talk.take(2, .open, RelpPeer.offers) == "2 rsp 6 200 OK\n")
        #expect(talk.session.isTaking)
    }

    @Test func thereIsRoomForSoManyAndNoMore() throws {
        var talk = Conversation()
        try talk.open()
        for number in 0..<RelpSession.maximumUnanswered {
            #expect(talk.session.hasRoom)
            try talk.take(number + 2, .syslog)
        }
        #expect(!talk.session.hasRoom)
        let batch = try talk.seal()
        #expect(talk.stored(batch).split(separator: "\n").count == RelpSession.maximumUnanswered)
        #expect(talk.session.hasRoom)
    }

    /// Any order of commands, seals and commits: each message is answered once, after its commit, in order.
    @Test(arguments: UInt64(0)..<60)
    func randomConversations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var talk = Conversation()
        try talk.open()
        var sent: [Int] = []
        var batchOf: [Int: Int] = [:]
        var open: [Int] = []
        var pending: Set<Int> = []
        var committed: Set<Int> = []
        var answers = ""
        for number in 2..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                answers += try talk.take(number, .syslog, "x")
                sent.append(number)
                open.append(number)
            case 5:
                answers += try talk.take(number, .other)
                sent.append(number)
            case 6, 7:
                guard let batch = talk.session.sealBatch() else { break }
                for transaction in open { batchOf[transaction] = batch }
                open = []
                pending.insert(batch)
            default:
                guard let batch = pending.randomElement(using: &random) else { break }
                pending.remove(batch)
                committed.insert(batch)
                answers += talk.stored(batch)
            }
            let answered = answers.split(separator: "\n").compactMap { Int($0.prefix { $0 != " " }) }
            #expect(answered == Array(sent.prefix(answered.count)))
            #expect(answered.allSatisfy { batchOf[$0].map { committed.contains($0) } ?? true } && Set(answered).isDisjoint(with: open))
        }
        if let batch = talk.session.sealBatch() { pending.insert(batch) }
        for batch in pending.sorted() { answers += talk.stored(batch) }
        #expect(answers.split(separator: "\n").count == sent.count && talk.session.unanswered == 0)
    }
}
