import EventModel

// Hot path.

/// Groups of a few events.
extension WindowTable {
    /// Groups that the caches hold as well as they would be read ahead.
    private static let cachedGroups = 4_096

    /// The slot that a group probably has, of a table that is too large for the processor's caches; else none.
    @inline(__always)
    func guess(_ group: GroupKey) -> UInt32 { index.count < Self.cachedGroups ? GroupIndex.none : index.guess(group) }

    /// Reads a slot, to have it at hand.
    @inline(__always)
    func touch(_ slot: UInt32) -> UInt64 { slots[Int(slot)].key.low }

    /// Reads what a slot points to.
    @inline(__always)
    func touchEvents(_ slot: UInt32) -> UInt64 {
        let state = slots[Int(slot)].state
        if EventRuns.isRun(state) { return runs.touch(state) }
        return state == GroupSlot.none ? 0 : UInt64(states[Int(state)].episodes.count)
    }

    /// Adds an event to a compact group. False, and nothing has changed, if the group must have a `GroupState` to hold it: the
    /// condition would be reached, or the events would be two episodes, or too many.
    mutating func addToRun(_ event: RetainedEvent, _ slot: UInt32) -> Bool {
        let place = Int(slot)
        let (time, mark) = (slots[place].time, slots[place].mark)
        let isInOrder = time != event.time ? time < event.time : mark <= event.mark
        let count = runs.count(slots[place])
        if count >= runs.maximumEvents { return false }
        if isInOrder {
            if event.time - time > parameters.timespan { return false }
            if count + 1 < parameters.threshold {
                runs.append(event, to: &slots[place], count: count)
                return true
            }
        }
        runEvents.removeAll(keepingCapacity: true)
        runs.load(slots[place], into: &runEvents)
        let position = runEvents.position(for: event)
        if position == 0, runEvents[0].time - event.time > parameters.timespan { return false }
        runEvents.insert(event, at: position)
        if ShortWindow.isReached(runEvents, insertedAt: position, parameters) { return false }
        if isInOrder {
            runs.append(event, to: &slots[place], count: count)
        } else {
            runs.store(runEvents, in: &slots[place])
        }
        return true
    }

    /// Gives a compact group a state of its own.
    mutating func expand(_ slot: UInt32) {
        runEvents.removeAll(keepingCapacity: true)
        runs.load(slots[Int(slot)], into: &runEvents)
        runs.release(&slots[Int(slot)].state)
        let state = allocateState()
        slots[Int(slot)].state = state
        // These events reach no condition, or the group would have had a state before.
        for event in runEvents {
            _ = states[Int(state)].insert(
                GroupState.Arrival(event: event, deadline: event.time + parameters.timespan), text: Span(), supports: Span(),
                watermark: .min / 2, parameters, &output)
        }
    }
}
