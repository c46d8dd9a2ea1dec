/// The findings of one rule that keep others like them from being raised.
struct Suppressors: Sendable {
    struct Suppressor: Sendable {
        /// What makes others like its finding.
        var key: GroupKey
        var group: GroupKey
        /// Of its finding's episode.
        var first: Int64
        /// It is forgotten once the watermark is beyond.
        var end: Int64
        /// Its episode when that is over: what is kept back is still counted on it.
        var ended: Episode?
    }

    /// By the ids of their findings.
    private(set) var members: [GroupKey: Suppressor] = [:]
    /// The latest finding of all that are alike.
    private(set) var latest: [GroupKey: GroupKey] = [:]
    /// By their ends. Some may last longer by now.
    private var ends = WakeQueue()
    /// Whose ended episodes have something to tell, in the order in which they came to it.
    private(set) var changed: [GroupKey] = []

    var count: Int { members.count }
    var nextDue: Int64 { ends.nextDue }

    subscript(uid: GroupKey) -> Suppressor? { members[uid] }

    /// The id of the finding that keeps back those like it which begin at `first`.
    func suppressor(of key: GroupKey, first: Int64, duration: Int64) -> GroupKey? {
        guard let uid = latest[key], let suppressor = members[uid] else { return nil }
        let (distance, overflow) = first.subtractingReportingOverflow(suppressor.first)
        return !overflow && distance.magnitude <= UInt64(max(0, duration)) ? uid : nil
    }

    /// The watermark beyond which it is certain whether an episode that begins at `first` is kept back: no event in time can then
    /// bring the beginnings of the two nearer to each other, or farther apart, so that it matters.
    func certainty(of key: GroupKey, first: Int64, duration: Int64) -> Int64 {
        guard let uid = latest[key], let suppressor = members[uid] else { return .min }
        let (end, overflow) = suppressor.first.addingReportingOverflow(duration)
        return !overflow && first > end ? end : suppressor.first - 1
    }

    mutating func insert(_ suppressor: Suppressor, uid: GroupKey) {
        members[uid] = suppressor
        latest[suppressor.key] = uid
        ends.push(WakeQueue.Entry(time: suppressor.end, key: uid, slot: 0))
    }

    /// Takes note of the first event of a suppressor's episode, or that an episode which it keeps back goes on until `end`.
    mutating func extend(_ uid: GroupKey, first: Int64? = nil, end: Int64) {
        if let first { members[uid]?.first = first }
        if let old = members[uid]?.end, old < end { members[uid]?.end = end }
    }

    /// Keeps the episode of a suppressor that is over, and has been told or is about to be.
    mutating func keep(_ episode: Episode, uid: GroupKey) {
        var kept = episode
        kept.finding?.isDirty = false
        kept.finding?.isNew = false
        members[uid]?.ended = kept
    }

    /// Counts events on a suppressor whose episode is over. False if it is not.
    mutating func count(_ events: Int, on uid: GroupKey) -> Bool {
        guard let finding = members[uid]?.ended?.finding else { return false }
        members[uid]?.ended?.finding?.suppressed = finding.suppressed + events
        if !finding.isDirty {
            members[uid]?.ended?.finding?.isDirty = true
            changed.append(uid)
        }
        return true
    }

    /// Takes what has changed.
    mutating func takeChanged() -> [Episode] {
        var episodes: [Episode] = []
        for uid in changed {
            guard let episode = members[uid]?.ended else { continue }
            episodes.append(episode)
            members[uid]?.ended?.finding?.isDirty = false
        }
        changed.removeAll()
        return episodes
    }

    /// Forgets those that keep nothing back any more. Returns the episodes among theirs that have something to tell.
    mutating func expire(watermark: Int64) -> [Episode] {
        var episodes: [Episode] = []
        while let entry = ends.popDue(watermark: watermark) {
            guard let suppressor = members[entry.key] else { continue }
            if suppressor.end >= watermark {
                ends.push(WakeQueue.Entry(time: suppressor.end, key: entry.key, slot: 0))
            } else if let episode = remove(entry.key) {
                episodes.append(episode)
            }
        }
        return episodes
    }

    /// Forgets the one that ends first. Returns its episode, if that has something to tell.
    mutating func evict() -> Episode? {
        while let entry = ends.popDue(watermark: .max) {
            if members[entry.key] != nil { return remove(entry.key) }
        }
        return nil
    }

    private mutating func remove(_ uid: GroupKey) -> Episode? {
        guard let suppressor = members.removeValue(forKey: uid) else { return nil }
        if latest[suppressor.key] == uid { latest[suppressor.key] = nil }
        guard suppressor.ended?.finding?.isDirty == true else { return nil }
        changed.removeAll { $0 == uid }
        return suppressor.ended
    }

    /// Restores a saved one.
    mutating func restore(_ suppressor: Suppressor, uid: GroupKey, isLatest: Bool) {
        members[uid] = suppressor
        if isLatest { latest[suppressor.key] = uid }
        ends.push(WakeQueue.Entry(time: suppressor.end, key: uid, slot: 0))
        if suppressor.ended?.finding?.isDirty == true { changed.append(uid) }
    }
}
