internal import CScan

#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: `root` has room for `PathTrie.maximumNodes` nodes, of which the trie has initialised the first ones; indices
// in nodes are of those. `long` has room for `PathTrie.maximumLongBytes`. Neither ever moves; untouched memory costs nothing.

/// One key at one place: 64 bytes, one cache line.
struct PathNode {
    /// The member's beginning as it most often stands in documents, escapes and all: `,"key":`, the first 32 bytes.
    var member: SIMD32<UInt8>
    /// A bit for each byte of `member` that counts.
    var mask: UInt32
    /// Of the member's beginning in bytes: the key and four more. The root's is longer than any document.
    var length: UInt32
    var id: FieldID
    /// Indices of nodes, 0 for none: the container; the key that came first in this object last time; the key that followed this
    /// one last time.
    var parent: UInt32
    var first: UInt32
    var next: UInt32
    var hash: UInt32
    /// Where the member's beginning stands in `PathNodes.long`, if it has more than 32 bytes.
    var long: UInt32
}

/// The memory of a trie's nodes: two pointers, for the scanner's loop.
struct PathNodes {
    /// The document's top. As a prediction it means that there is none: its length keeps it from ever matching.
    let root: UnsafeMutablePointer<PathNode>
    let long: UnsafeMutableRawPointer

    init() {
        root = .allocate(capacity: PathTrie.maximumNodes)
        long = .allocate(byteCount: PathTrie.maximumLongBytes, alignment: 64)
        let nameless = PathNode(
            member: SIMD32(repeating: 0), mask: .max, length: .max, id: .overflow, parent: 0, first: 0, next: 0, hash: 0, long: 0)
        root.initialize(to: nameless)
        overflow.initialize(to: nameless)
    }

    func deallocate() {
        root.deallocate()
        long.deallocate()
    }

    /// Where everything leads that is beyond the bounds.
    var overflow: UnsafeMutablePointer<PathNode> { root + 1 }

    @inline(__always)
    subscript(index: UInt32) -> UnsafeMutablePointer<PathNode> { root + Int(index) }

    /// Whether `,"key":` of the node stands at `p`, before `end`.
    ///
    /// A stored key was checked when it was stored: the same bytes are the same, valid key. No white space, no surprise, and one
    /// comparison has read the comma, the key and the colon.
    @inline(__always)
    func continues(_ node: UnsafeMutablePointer<PathNode>, at p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        guard Int(node.pointee.length) <= end - p, cscan_equal32(p, node, node.pointee.mask) else { return false }
        return node.pointee.length <= 32 || Self.isLong(node, at: p, from: 0, Int(node.pointee.length), long)
    }

    /// Whether `"key":` of the node stands at `p`, before `end`.
    @inline(__always)
    func begins(_ node: UnsafeMutablePointer<PathNode>, at p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        guard Int(node.pointee.length) - 1 <= end - p else { return false }
        guard cscan_equal32(p, UnsafeRawPointer(node) + 1, node.pointee.mask &>> 1) else { return false }
        return node.pointee.length <= 32 || Self.isLong(node, at: p, from: 1, Int(node.pointee.length) - 1, long)
    }

    /// Whether `"key"` of the node stands at `p`, before `end`.
    func names(_ node: UnsafeMutablePointer<PathNode>, at p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Bool {
        let length = Int(node.pointee.length) - 2
        guard length <= end - p else { return false }
        if length > 30 { return Self.isLong(node, at: p, from: 1, length, long) }
        return cscan_equal32(p, UnsafeRawPointer(node) + 1, node.pointee.mask &>> 2)
    }

    /// Whether `length` bytes of the member's beginning stand at `p`.
    @inline(never)
    private static func isLong(
        _ node: UnsafeMutablePointer<PathNode>, at p: UnsafePointer<UInt8>, from start: Int, _ length: Int,
        _ long: UnsafeMutableRawPointer
    ) -> Bool {
        let member = node.pointee.length <= 32 ? UnsafeRawPointer(node) : UnsafeRawPointer(long) + Int(node.pointee.long)
        return memcmp(p, member + start, length) == 0
    }

    /// Predicts that an object at `container` begins with `node`. The overflow node neither is a prediction nor makes one: it
    /// stands for many keys in many objects.
    func remember(_ node: UnsafeMutablePointer<PathNode>, asFirstIn container: UnsafeMutablePointer<PathNode>) {
        if node != overflow { container.pointee.first = UInt32(truncatingIfNeeded: node - root) }
    }

    /// Predicts that `node` follows `last` in the same object.
    func remember(_ node: UnsafeMutablePointer<PathNode>, after last: UnsafeMutablePointer<PathNode>) {
        if node != overflow && last != overflow { last.pointee.next = UInt32(truncatingIfNeeded: node - root) }
    }
}
