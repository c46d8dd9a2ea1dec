import Pipeline
import Synchronization
import Testing

struct BoundedQueueTests {
    private func queue(count: Int = 4, cost: Int = 100) -> BoundedQueue<Int> {
        BoundedQueue(limitCount: count, limitCost: cost) { $0 }
    }

    @Test(arguments: [
        (limit: 4, cost: 100, offers: [1, 2, 3, 4, 5], taken: [true, true, true, true, false]),
        (limit: 9, cost: 10, offers: [4, 4, 4, 2], taken: [true, true, false, true]),
        (limit: 9, cost: 10, offers: [50, 1], taken: [true, false]),
        (limit: 1, cost: 10, offers: [1, 1], taken: [true, false]),
    ])
    func offersUpToItsLimits(limit: Int, cost: Int, offers: [Int], taken: [Bool]) {
        let queue = queue(count: limit, cost: cost)
        #expect(offers.map { queue.offer($0) } == taken)
    }

    @Test
    func popsInOrderUpToTheCostAskedFor() async {
        let queue = queue()
        for value in [1, 2, 3, 4] { #expect(queue.offer(value)) }
        #expect(await queue.pop(maximumCost: 3) == [1, 2])
        #expect(await queue.pop(maximumCost: 1) == [3])
        #expect(await queue.pop() == [4])
    }

    @Test
    func endsAfterWhatIsInIt() async {
        let queue = queue()
        #expect(queue.offer(1))
        queue.finish()
        #expect(!queue.offer(2))
        await #expect(throws: CancellationError.self) { try await queue.push(3) }
        #expect(await queue.pop() == [1])
        #expect(await queue.pop() == nil)
    }

    @Test
    func pushWaitsForRoomAndKeepsItsTurn() async throws {
        let queue = queue(count: 1)
        #expect(queue.offer(1))
        async let second: Void = queue.push(2)
        async let popped: [Int] = {
            var all: [Int] = []
            while all.count < 2, let more = await queue.pop() { all += more }
            return all
        }()
        try await second
        #expect(await popped == [1, 2])
    }

    @Test
    func aCancelledPushIsNotTaken() async {
        let queue = queue(count: 1)
        #expect(queue.offer(1))
        let waiting = Task { try await queue.push(2) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        queue.finish()
        #expect(await queue.pop() == [1])
        #expect(await queue.pop() == nil)
    }

    @Test
    func tellsOfRoomAtTheLowWatermark() async {
        let queue = queue()
        let calls = Mutex(0)
        queue.whenRoom { calls.withLock { $0 += 1 } }
        #expect(calls.withLock { $0 } == 1, "an empty queue has room at once")
        for value in [1, 2, 3, 4] { #expect(queue.offer(value)) }
        queue.whenRoom { calls.withLock { $0 += 1 } }
        _ = await queue.pop(maximumCost: 1)
        #expect(calls.withLock { $0 } == 1, "three of four is above the low watermark")
        _ = await queue.pop(maximumCost: 2)
        #expect(calls.withLock { $0 } == 2)
    }

    /// What ends a wait for a cost of 50 before its time: an hour.
    @Test(arguments: [
        (offers: [50], why: "the cost is there"),
        (offers: [20, 29, 1], why: "the cost has come together"),
        (offers: [1, 1, 1], why: "half of the count is there"),
    ])
    func waitsForACost(offers: [Int], why: String) async {
        let queue = queue()
        for value in offers.dropLast() { #expect(queue.offer(value)) }
        async let waited: Void = queue.wait(untilCost: 50, atMost: .seconds(3_600))
        #expect(queue.offer(offers[offers.count - 1]), "\(why)")
        await waited
        #expect(await queue.pop() == offers)
        queue.finish()
        await queue.wait(untilCost: 50, atMost: .seconds(3_600))
    }

    @Test
    func waitsForACostNoLongerThanTold() async {
        let queue = queue()
        #expect(queue.offer(1))
        await queue.wait(untilCost: 50, atMost: .milliseconds(1))
        #expect(await queue.pop() == [1])
    }

    @Test
    func manyProducersLoseNothing() async throws {
        let queue = queue(count: 3, cost: 1_000_000)
        async let popped: [Int] = {
            var all: [Int] = []
            while let more = await queue.pop() { all += more }
            return all
        }()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<8 {
                group.addTask { for value in 0..<500 { try await queue.push(producer * 1_000 + value) } }
            }
            try await group.waitForAll()
        }
        queue.finish()
        let all = await popped
        #expect(all.count == 4_000)
        for producer in 0..<8 {
            #expect(all.filter { $0 / 1_000 == producer } == (0..<500).map { producer * 1_000 + $0 }, "order of one producer")
        }
    }
}
