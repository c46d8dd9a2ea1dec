// Hot path. Unsafe: `base` is valid for `count` elements, all initialised in `init` and never written again.

/// An array that is written once: shared by all lanes without bounds checks, reference counts or exclusivity checks.
final class FrozenBuffer<Element: Sendable>: @unchecked Sendable {
    // Sendable because nothing is written after `init`.
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: some Collection<Element>) {
        count = elements.count
        base = .allocate(capacity: max(count, 1))
        _ = UnsafeMutableBufferPointer(start: base, count: count).initialize(from: elements)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert(index >= 0 && index < count, "index within the frozen buffer")
            return base[index]
        }
    }
}
