import Synchronization

/// A queue between two stages, bounded by count and by cost (bytes). Many producers, one consumer.
///
/// What happens when it is full is the producer's choice: `offer` is refused, `push` waits.
public final class BoundedQueue<Element: Sendable>: Sendable {
    private typealias Producer = CheckedContinuation<Void, any Error>
    private typealias Consumer = CheckedContinuation<Void, Never>
    private typealias Machine = BoundedQueueStateMachine<Element, Producer, Consumer, @Sendable () -> Void>

    private let machine: Mutex<Machine>
    private let cost: @Sendable (Element) -> Int

    /// - Parameter cost: what an element counts against `limitCost`, in bytes of memory.
    public init(limitCount: Int, limitCost: Int, cost: @escaping @Sendable (Element) -> Int) {
        machine = Mutex(Machine(limitCount: limitCount, limitCost: limitCost))
        self.cost = cost
    }

    /// Elements waiting, and their cost in bytes.
    public var depth: (count: Int, cost: Int) { machine.withLock { ($0.count, $0.cost) } }

    /// Takes the element at once or not at all.
    public func offer(_ element: Element) -> Bool {
        let cost = cost(element)
        switch machine.withLock({ $0.offer(element, cost: cost) }) {
        case .taken(let consumer):
            consumer?.resume()
            return true
        case .refused:
            return false
        }
    }

    /// Waits for room. Throws `CancellationError` when the caller is cancelled or the queue is finished; the element was not
    /// taken then.
    public func push(_ element: Element) async throws {
        let cost = cost(element)
        let waiting = Mutex<Int?>(nil)
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            try await withCheckedThrowingContinuation { (producer: Producer) in
                let action = machine.withLock { machine in
                    let action = machine.push(element, cost: cost, producer: producer)
                    if case .wait(let id) = action { waiting.withLock { $0 = id } }
                    return action
                }
                switch action {
                case .taken(let consumer):
                    consumer?.resume()
                    producer.resume()
                case .refused: producer.resume(throwing: CancellationError())
                // Cancelled between the check above and now: the handler found no id, so it is on us.
                case .wait(let id): if Task.isCancelled { cancel(id) }
                }
            }
        } onCancel: {
            if let id = waiting.withLock({ $0 }) { cancel(id) }
        }
    }

    private func cancel(_ id: Int) {
        machine.withLock { $0.cancelPush(id: id) }?.resume(throwing: CancellationError())
    }

    /// Calls back once when the queue has fallen to half, at once if it has.
    public func whenRoom(_ callback: @escaping @Sendable () -> Void) {
        switch machine.withLock({ $0.whenRoom(callback) }) {
        case .callNow: callback()
        case .wait: break
        }
    }

    /// Waits until there is something and returns all of it, up to `maximumCost`. Nil once the queue is finished and empty.
    public func pop(maximumCost: Int = .max) async -> [Element]? {
        while true {
            if let action = machine.withLock({ $0.pop(maximumCost: maximumCost) }) {
                for producer in action.resumed { producer.resume() }
                for callback in action.callbacks { callback() }
                return action.isEnd ? nil : action.elements
            }
            await withCheckedContinuation { (consumer: Consumer) in
                let ready = machine.withLock { machine in
                    if machine.has(cost: 0) { return true }
                    machine.setConsumer(consumer, wantedCost: 0)
                    return false
                }
                if ready { consumer.resume() }
            }
        }
    }

    /// Waits until elements of so much cost are there, or the queue is half full or finished; no longer than told. For the
    /// consumer.
    public func wait(untilCost wanted: Int, atMost time: Duration) async {
        var timer: Task<Void, Never>?
        await withCheckedContinuation { (consumer: Consumer) in
            let ready = machine.withLock { machine in
                if machine.has(cost: wanted) { return true }
                machine.setConsumer(consumer, wantedCost: wanted)
                return false
            }
            if ready { return consumer.resume() }
            // Should it come late and end another wait of the consumer, that one was only shorter.
            timer = Task {
                guard (try? await Task.sleep(for: time)) != nil else { return }
                machine.withLock { $0.takeConsumer() }?.resume()
            }
        }
        timer?.cancel()
    }

    /// Takes nothing more. What is in it can still be popped; then `pop` returns nil.
    public func finish() {
        let action = machine.withLock { $0.finish() }
        action.consumer?.resume()
        for producer in action.refused { producer.resume(throwing: CancellationError()) }
        for callback in action.callbacks { callback() }
    }
}
