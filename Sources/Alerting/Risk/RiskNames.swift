import EventModel

/// Under which uid a crossing has been told, and when it was.
///
/// Findings do not come in the order in which they began. One that began earlier can turn out to be the one that reached the
/// threshold; the crossing is then the same to the people who were told of it, and keeps its uid.
struct RiskName: Sendable, Codable, Equatable {
    var uid: String
    var from: Timestamp
    var through: Timestamp

    init(_ crossing: RiskCrossing) {
        uid = crossing.uid
        from = crossing.raisedAt
        through = crossing.lastAt
    }

    func isOf(_ crossing: RiskCrossing) -> Bool { from <= crossing.lastAt && crossing.raisedAt <= through }
}

extension [RiskCrossing] {
    /// Gives each the uid that it was told under, or one that none of the others has.
    mutating func take(_ names: [RiskName]) {
        var free = names
        var taken: Set<String> = []
        var unnamed: [Int] = []
        for index in indices {
            if let place = free.firstIndex(where: { $0.isOf(self[index]) }) {
                self[index].uid = free.remove(at: place).uid
                taken.insert(self[index].uid)
            } else {
                unnamed.append(index)
            }
        }
        for index in unnamed {
            while !taken.insert(self[index].uid).inserted {
                self[index].uid = HashText.hex(["risk", self[index].uid], bytes: 16)
            }
        }
    }
}
