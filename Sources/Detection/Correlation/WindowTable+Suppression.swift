import EventModel

/// Findings that are not raised because one like them was, not long before.
///
/// **Order.** Within a group the findings that are raised, and what is counted on them, do not depend on the order of arrival
/// within the lateness: an episode waits until none before it can turn up any more. Of several groups that are alike (`by` names
/// fewer fields than the rule groups by) the episode that is raised first keeps back those that begin within the duration before
/// or after it, and that is the one which reached its condition first on what had arrived.
extension WindowTable {
    /// Raises the finding of an episode that has reached its condition, unless it has to wait, or is kept back.
    mutating func raise(_ slot: UInt32, _ place: Int, _ now: Now) {
        let state = Int(slots[Int(slot)].state)
        // Nearly always so: nothing else is looked at.
        guard !parameters.isSilent, states[state].episodes[place].isWaiting else { return }
        let episode = states[state].episodes[place]
        var release = states[state].release(of: place, parameters)
        let key = suppressionKey(slots[Int(slot)].key, episode.text.span)
        if let duration = parameters.suppressesFor {
            release = max(release, suppressors.certainty(of: key, first: episode.first, duration: duration))
        }
        if release >= now.watermark {
            wake(slot, from: release)
            return
        }
        if let duration = parameters.suppressesFor,
            let uid = suppressors.suppressor(of: key, first: episode.first, duration: duration) {
            states[state].episodes[place].suppression = SuppressedFinding(uid: uid, counted: 0)
            statistics.suppressedFindings += 1
            countSuppressed(slot, place)
            return
        }
        let uid = FindingText.uid(rule, episode, hasEvicted: statistics.evictions > 0)
        states[state].raise(place, uid: uid)
        statistics.findings += 1
        raised.append(slot)
        guard let duration = parameters.suppressesFor else { return }
        if suppressors.count >= maximumGroups {
            if let episode = suppressors.evict() { ended.append(episode) }
            statistics.evictions += 1
        }
        suppressors.insert(
            Suppressors.Suppressor(
                key: key, group: slots[Int(slot)].key, first: episode.first, end: Self.end(of: episode, duration)),
            uid: uid)
        // Those that are there already, and may reach their condition later.
        for other in states[state].episodes
        where suppressors.suppressor(of: key, first: other.first, duration: duration) == uid {
            suppressors.extend(uid, end: other.deadline)
        }
    }

    /// When a finding keeps nothing back any more.
    private static func end(of episode: Episode, _ duration: Int64) -> Int64 {
        let (end, overflow) = episode.first.addingReportingOverflow(duration)
        return max(overflow ? .max : end, episode.deadline)
    }

    /// What a finding of a group is known by to those like it.
    private func suppressionKey(_ group: GroupKey, _ text: Span<UInt8>) -> GroupKey {
        guard let fields = rule.suppression?.fields else { return group }
        var bytes: [UInt8] = []
        for field in fields {
            if let place = GroupText.place(of: field, in: text) { GroupText.append(place, of: text, field: field, to: &bytes) }
        }
        GroupText.appendDrill(of: text, to: &bytes)
        return bytes.withUnsafeBytes { StableHash.hash($0) }
    }

    /// Counts the events of an episode that is kept back, those that are not counted yet.
    mutating func countSuppressed(_ slot: UInt32, _ place: Int) {
        let state = Int(slots[Int(slot)].state)
        let episode = states[state].episodes[place]
        guard let suppression = episode.suppression, let suppressor = suppressors[suppression.uid] else { return }
        let events = episode.count - suppression.counted
        states[state].episodes[place].suppression?.counted = episode.count
        suppressors.extend(suppression.uid, end: episode.deadline)
        if events <= 0 || suppressors.count(events, on: suppression.uid) { return }
        let open = index.find(suppressor.group, slots)
        guard open != GroupSlot.none, let holder = slots[Int(open)].statePlace else { return }
        for other in states[holder].episodes.indices where states[holder].episodes[other].finding?.uid == suppression.uid {
            states[holder].episodes[other].finding?.suppressed += events
            if states[holder].markDirty(other) { changed.append(open) }
        }
    }

    /// An episode was extended: what is known of it elsewhere goes on with it.
    ///
    /// - Parameter text: the group's values.
    mutating func noteExtension(_ slot: UInt32, _ place: Int, text: Span<UInt8>) {
        guard let duration = parameters.suppressesFor else { return }
        let episode = states[Int(slots[Int(slot)].state)].episodes[place]
        if episode.suppression != nil {
            countSuppressed(slot, place)
        } else if let uid = episode.finding?.uid {
            if suppressors[uid] != nil {
                suppressors.extend(uid, first: episode.first, end: Self.end(of: episode, duration))
            }
        } else {
            noteBeginning(slot, first: episode.first, deadline: episode.deadline, text: text)
        }
    }

    /// An episode may reach its condition, and would then be kept back: what would do so must not be forgotten before.
    mutating func noteBeginning(_ slot: UInt32, first: Int64, deadline: Int64, text: Span<UInt8>) {
        guard let duration = parameters.suppressesFor, suppressors.count > 0 else { return }
        let key = suppressionKey(slots[Int(slot)].key, text)
        if let uid = suppressors.suppressor(of: key, first: first, duration: duration) {
            suppressors.extend(uid, end: deadline)
        }
    }

    /// An episode is about to go.
    mutating func end(_ slot: UInt32, _ place: Int) {
        let episode = states[Int(slots[Int(slot)].state)].episodes[place]
        guard let finding = episode.finding else { return }
        // Kept if it has something to tell.
        if finding.isDirty { ended.append(episode) }
        suppressors.keep(episode, uid: finding.uid)
    }
}
