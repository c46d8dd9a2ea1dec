import Synchronization

/// A number that several threads add to. Relaxed: it orders nothing else.
struct Counter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    var count: Int { value.load(ordering: .relaxed) }

    func add(_ amount: Int) {
        value.add(amount, ordering: .relaxed)
    }

    func subtract(_ amount: Int) {
        value.subtract(amount, ordering: .relaxed)
    }

    func set(_ amount: Int) {
        value.store(amount, ordering: .relaxed)
    }
}
