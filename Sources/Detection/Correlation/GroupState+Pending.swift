// Hot path.

/// Groups of rules whose windows are judged when no earlier event can come any more (`PendingWindow`).
extension GroupState {
    /// Adds an event. Returns the place of its episode, nil if it is none of the events that episodes are made of; and how many
    /// events were given up.
    mutating func insertPending(
        _ arrival: Arrival, ready: Int64, text: Span<UInt8>, supports: Span<EvidenceMark>, watermark: Int64,
        _ rule: WindowParameters
    ) -> (place: Int?, givenUp: Int) {
        if pending.isEmpty { pending = [PendingWindow()] }
        let event = arrival.event
        var place: Int?
        if rule.isPositive(event.detail) {
            let episode = self.place(arrival, rule)
            for index in supports.indices { episodes[episode].evidence.add(supports[index]) }
            // Whoever decides later does not have it.
            if episodes[episode].text.isEmpty { episodes[episode].text = text.withUnsafeBufferPointer { Array($0) } }
            if episodes[episode].isSatisfied {
                takeRetained(episode, rule)
                note(event, episode, rule)
                return (episode, 0)
            }
            place = episode
        }
        let awaitsDecision = place != nil && (rule.terms?.hasAbsence ?? true)
        let isReached = pending[0].insert(
            PendingEvent(
                time: event.time, mark: event.mark, detail: event.detail, ready: ready, isDecided: !awaitsDecision), rule)
        if isReached, let place {
            episodes[place].isSatisfied = true
            takeRetained(place, rule)
        }
        return (place, pending[0].needsCompaction ? compactPending(watermark: watermark, rule) : 0)
    }

    private mutating func compactPending(watermark: Int64, _ rule: WindowParameters) -> Int {
        if rule.number != nil, pending[0].events.count > rule.maximumRetained {
            // What is given up is judged before, as if nothing could come before it any more.
            let boundary = pending[0].events[pending[0].events.count - rule.maximumRetained / 2].time
            satisfy(pending[0].decide(from: .min / 2, through: boundary - 1, rule), rule)
        }
        let (dropped, givenUp) = pending[0].compact(watermark: watermark, rule)
        for event in dropped { keepAsEvidence(event, rule) }
        return givenUp
    }

    /// Judges what no event in time can change any more.
    mutating func decide(watermark: Int64, _ rule: WindowParameters) {
        satisfy(pending[0].decide(watermark: watermark, rule), rule)
    }

    /// Judges an episode whose time is over.
    mutating func decide(_ place: Int, _ rule: WindowParameters) {
        if pending.isEmpty || episodes[place].isSatisfied { return }
        satisfy(pending[0].decide(from: episodes[place].first, through: episodes[place].last, rule), rule)
    }

    /// The condition holds for windows that belong to events at these times.
    private mutating func satisfy(_ times: [Int64], _ rule: WindowParameters) {
        for time in times {
            guard let place = episodes.firstIndex(where: { $0.first <= time && time <= $0.last }),
                !episodes[place].isSatisfied
            else { continue }
            episodes[place].isSatisfied = true
            takeRetained(place, rule)
        }
    }
}
