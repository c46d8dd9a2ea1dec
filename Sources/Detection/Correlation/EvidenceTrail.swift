import EventModel

// Hot path.

/// One event of an episode.
struct EvidenceMark: Sendable, Equatable {
    var time: Int64
    var mark: EventMark

    static func < (a: EvidenceMark, b: EvidenceMark) -> Bool {
        a.time != b.time ? a.time < b.time : a.mark < b.mark
    }
}

/// The first and the last events of an episode, half of `Finding.maximumEvidence` each, in time order.
///
/// Whatever order they are added in, the result is that of the sorted whole: the event dropped when there are too many stands in
/// the middle, with a full half before and behind it.
struct EvidenceTrail: Sendable, Equatable {
    private(set) var marks: [EvidenceMark] = []
    private static let half = Finding.maximumEvidence / 2

    init() {}
    init(marks: [EvidenceMark]) { self.marks = marks }

    mutating func add(_ event: RetainedEvent) { add(EvidenceMark(time: event.time, mark: event.mark)) }

    mutating func add(_ evidence: EvidenceMark) {
        var position = marks.count
        while position > 0, evidence < marks[position - 1] { position -= 1 }
        // One event that counts with several values is evidence once.
        if position > 0, marks[position - 1] == evidence { return }
        if position == marks.count { marks.append(evidence) } else { marks.insert(evidence, at: position) }
        if marks.count > Finding.maximumEvidence { marks.remove(at: Self.half) }
    }

    /// Takes in the evidence of an episode that turned out to be the same one.
    mutating func merge(_ other: EvidenceTrail) {
        for mark in other.marks { add(mark) }
    }
}
