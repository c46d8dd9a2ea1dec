// Hot path. Unsafe: `base` is valid for `count` elements, all initialised; nobody writes after `init`, and the owner calls
// `deallocate` once, when nobody can read any more (in its own `deinit`).

/// A table that never changes, without the costs of an array in inner loops: no reference count, no bounds check.
struct FrozenBuffer<Element: Sendable>: @unchecked Sendable {
    // Sendable because the elements are never written to once they stand there.
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        base = .allocate(capacity: max(1, elements.count))
        for (index, element) in elements.enumerated() { (base + index).initialize(to: element) }
    }

    func deallocate() {
        base.deinitialize(count: count)
        base.deallocate()
    }

    /// The caller vouches for the index.
    @inline(__always)
    subscript(index: Int) -> Element { base[index] }
}
