import Glibc

// Hot path.

/// Room for a fixed number of values side by side, all zero at first, from a page's beginning on: 64 bytes are one cache line.
///
/// An array of a million entities is spread over more memory pages than a processor remembers, so that each event waited for a
/// page table as well. Here memory beyond the first megabytes is of huge pages where the system has them. What was never touched
/// costs address space alone.
final class CountTableMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    /// Small tables are many; they do without huge pages, which would be mostly empty.
    private static var smallBytes: Int { 4 << 20 }

    let capacity: Int
    let base: UnsafeMutablePointer<Element>
    private let byteCount: Int

    /// - Parameter capacity: 0 takes nothing.
    init(capacity: Int) {
        self.capacity = capacity
        byteCount = capacity * MemoryLayout<Element>.stride
        guard byteCount > 0 else {
            base = UnsafeMutablePointer(bitPattern: 64)!
            return
        }
        guard let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
            memory != MAP_FAILED
        else { fatalError("no memory for a table of \(byteCount) bytes: errno \(errno); lower max_entities of the rules") }
        base = memory.bindMemory(to: Element.self, capacity: capacity)
        if byteCount > Self.smallBytes {
            // A hint: without it everything is right, and slower.
            _ = madvise(memory + Self.smallBytes, byteCount - Self.smallBytes, MADV_HUGEPAGE)
        }
    }

    deinit {
        if byteCount > 0 { munmap(base, byteCount) }
    }

    /// Another one with the first `count` values.
    func copy(_ count: Int) -> CountTableMemory {
        let other = CountTableMemory(capacity: capacity)
        other.base.update(from: base, count: count)
        return other
    }
}
