// Hot path. Unsafe: `base` is valid for `capacity` elements, of which the first `count` are initialised.

/// A growable run of plain values without the checks of an array: the encoder's and decoder's tables.
struct PlainBuffer<Element: BitwiseCopyable>: ~Copyable {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 64) {
        self.capacity = max(capacity, 1)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Makes room for `extra` more; pointers taken before are invalid after.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if count + extra > capacity { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let next = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        next.moveInitialize(from: base, count: count)
        base.deallocate()
        base = next
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        reserve(1)
        base[count] = element
        count += 1
    }

    /// Appends `extra` times the same.
    mutating func append(repeating element: Element, count extra: Int) {
        reserve(extra)
        (base + count).initialize(repeating: element, count: extra)
        count += extra
    }

    mutating func append(copying other: UnsafePointer<Element>, count extra: Int) {
        reserve(extra)
        (base + count).update(from: other, count: extra)
        count += extra
    }

    mutating func removeAll() { count = 0 }

    mutating func removeLast() { count -= 1 }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { base[index] }
        set { base[index] = newValue }
    }
}
