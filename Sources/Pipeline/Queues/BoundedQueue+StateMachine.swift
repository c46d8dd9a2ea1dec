/// What a queue does is decided here, without locks, tasks or callbacks: every method returns what the caller must do once
/// it has let go of the lock. Resuming a continuation while holding it could run the other side into the same lock.
struct BoundedQueueStateMachine<Element: Sendable, Producer, Consumer, RoomCallback> {
    struct Item {
        var element: Element
        var cost: Int
    }

    struct WaitingProducer {
        var id: Int
        var item: Item
        var producer: Producer
    }

    let limitCount: Int
    let limitCost: Int
    /// `items[head...]` is the queue; the front is cut off when it outgrows the rest, so that popping is O(1) on average.
    private var items: [Item] = []
    private var head = 0
    private(set) var cost = 0
    private var producers: [WaitingProducer] = []
    private var consumer: Consumer?
    /// What must be there before the consumer is woken.
    private var wantedCost = 0
    private var roomCallbacks: [RoomCallback] = []
    private(set) var isFinished = false
    private var nextID = 0

    init(limitCount: Int, limitCost: Int) {
        self.limitCount = limitCount
        self.limitCost = limitCost
    }

    var count: Int { items.count - head }

    /// An element larger than the whole limit is taken by an empty queue, or it would never pass.
    private func hasRoom(for cost: Int) -> Bool {
        count == 0 || (count < limitCount && self.cost + cost <= limitCost)
    }

    /// Half empty: the low watermark, so that stopped readers do not start for one batch and stop again.
    private var isBelowLowWatermark: Bool { count <= limitCount / 2 && cost <= limitCost / 2 }

    enum OfferAction { case taken(wake: Consumer?), refused }

    mutating func offer(_ element: Element, cost: Int) -> OfferAction {
        guard !isFinished, producers.isEmpty, hasRoom(for: cost) else { return .refused }
        append(Item(element: element, cost: cost))
        return .taken(wake: takeSatisfiedConsumer())
    }

    enum PushAction { case taken(wake: Consumer?), wait(id: Int), refused }

    mutating func push(_ element: Element, cost: Int, producer: Producer) -> PushAction {
        if isFinished { return .refused }
        if producers.isEmpty && hasRoom(for: cost) {
            append(Item(element: element, cost: cost))
            return .taken(wake: takeSatisfiedConsumer())
        }
        nextID += 1
        producers.append(WaitingProducer(id: nextID, item: Item(element: element, cost: cost), producer: producer))
        return .wait(id: nextID)
    }

    /// The producer that no longer waits, if it still did.
    mutating func cancelPush(id: Int) -> Producer? {
        guard let index = producers.firstIndex(where: { $0.id == id }) else { return nil }
        return producers.remove(at: index).producer
    }

    enum RoomAction { case callNow, wait }

    mutating func whenRoom(_ callback: RoomCallback) -> RoomAction {
        if isFinished || (producers.isEmpty && isBelowLowWatermark) { return .callNow }
        roomCallbacks.append(callback)
        return .wait
    }

    struct PopAction {
        var elements: [Element] = []
        var resumed: [Producer] = []
        var callbacks: [RoomCallback] = []
        var isEnd = false
    }

    /// Everything that is there, up to `maximumCost` (at least one element). Nil: wait, with `setConsumer`.
    mutating func pop(maximumCost: Int) -> PopAction? {
        if count == 0 { return isFinished ? PopAction(isEnd: true) : nil }
        var action = PopAction()
        var taken = 0
        while head < items.count, taken == 0 || taken + items[head].cost <= maximumCost {
            taken += items[head].cost
            action.elements.append(items[head].element)
            head += 1
        }
        cost -= taken
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64 && head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
        while let first = producers.first, hasRoom(for: first.item.cost) {
            producers.removeFirst()
            append(first.item)
            action.resumed.append(first.producer)
        }
        if producers.isEmpty && isBelowLowWatermark {
            action.callbacks = roomCallbacks
            roomCallbacks = []
        }
        return action
    }

    /// Whether so much is there, or so little room left that waiting for more would hold up the producers.
    func has(cost wanted: Int) -> Bool {
        isFinished || count > 0 && (cost >= wanted || !isBelowLowWatermark || !producers.isEmpty)
    }

    /// - Parameter wantedCost: it is woken when `has` says that this is there.
    mutating func setConsumer(_ consumer: Consumer, wantedCost: Int) {
        precondition(self.consumer == nil, "a queue has one consumer")
        self.consumer = consumer
        self.wantedCost = wantedCost
    }

    private mutating func takeSatisfiedConsumer() -> Consumer? { has(cost: wantedCost) ? takeConsumer() : nil }

    mutating func takeConsumer() -> Consumer? {
        defer { consumer = nil }
        return consumer
    }

    struct FinishAction {
        var consumer: Consumer?
        var refused: [Producer]
        var callbacks: [RoomCallback]
    }

    /// Takes nothing more; what is in it can still be popped.
    mutating func finish() -> FinishAction {
        isFinished = true
        let action = FinishAction(consumer: takeConsumer(), refused: producers.map(\.producer), callbacks: roomCallbacks)
        producers = []
        roomCallbacks = []
        return action
    }

    private mutating func append(_ item: Item) {
        items.append(item)
        cost += item.cost
    }
}
