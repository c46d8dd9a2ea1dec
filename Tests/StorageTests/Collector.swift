import Foundation

/// Gathers what a callback from another thread gives.
final class Collector<Element: Sendable>: @unchecked Sendable {
    // Sendable because `elements` is only touched under the lock.
    private let lock = NSLock()
    private var elements: [Element] = []

    var all: [Element] { lock.withLock { elements } }

    func add(_ element: Element) { lock.withLock { elements.append(element) } }
}
