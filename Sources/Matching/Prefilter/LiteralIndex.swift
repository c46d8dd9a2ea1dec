// Hot path. Unsafe: reads only the bytes of the text that it is given.

/// Finds which of many literals occur in a text, in one pass over it (Aho and Corasick, 1975). Edges are kept sparsely, so that
/// ten thousand literals take a few megabytes; the root, where a scan spends most of its time, has a table of its own.
struct LiteralIndex: Sendable {
    private struct Node {
        /// Where the node's edges begin in `labels` and `targets`; they end where the next node's begin.
        var edges: UInt32
        /// The node of the longest proper suffix that is also a prefix of a literal.
        var fallback: UInt32
        /// The nearest node along the fallbacks, this one included, at which a literal ends; 0 when none does.
        var output: UInt32
        /// The literal that ends here, or `none`.
        var literal: UInt32
    }

    private static let none = UInt32.max
    private let nodes: FrozenBuffer<Node>
    private let labels: FrozenBuffer<UInt8>
    private let targets: FrozenBuffer<UInt32>
    private let root: FrozenBuffer<UInt32>
    /// One bit for each pair of bytes: some literal begins with it. Where none does, the scan need not enter the nodes.
    private let pairs: FrozenBuffer<UInt64>

    /// Literals must be distinct and not empty; they are known by their index.
    init(_ literals: [[UInt8]]) {
        var children: [[(label: UInt8, target: UInt32)]] = [[]]
        var ends: [UInt32] = [Self.none]
        for (index, literal) in literals.enumerated() {
            var node = 0
            for byte in literal {
                if let edge = children[node].first(where: { $0.label == byte }) {
                    node = Int(edge.target)
                } else {
                    children[node].append((byte, UInt32(children.count)))
                    node = children.count
                    children.append([])
                    ends.append(Self.none)
                }
            }
            ends[node] = UInt32(index)
        }
        let (fallbacks, outputs) = Self.links(children, ends)
        var nodes: [Node] = []
        var labels: [UInt8] = []
        var targets: [UInt32] = []
        for index in children.indices {
            nodes.append(
                Node(edges: UInt32(labels.count), fallback: fallbacks[index], output: outputs[index], literal: ends[index]))
            for edge in children[index] {
                labels.append(edge.label)
                targets.append(edge.target)
            }
        }
        nodes.append(Node(edges: UInt32(labels.count), fallback: 0, output: 0, literal: Self.none))
        var root = [UInt32](repeating: 0, count: 256)
        for edge in children[0] { root[Int(edge.label)] = edge.target }
        self.nodes = FrozenBuffer(nodes)
        self.labels = FrozenBuffer(labels)
        self.targets = FrozenBuffer(targets)
        self.root = FrozenBuffer(root)
        var pairs = [UInt64](repeating: 0, count: 1024)
        for literal in literals {
            for second in literal.count > 1 ? literal[1]...literal[1] : 0...255 {
                let pair = Int(literal[0]) << 8 | Int(second)
                pairs[pair >> 6] |= 1 << UInt64(pair & 63)
            }
        }
        self.pairs = FrozenBuffer(pairs)
    }

    /// Fallback and output links, breadth first.
    private static func links(
        _ children: [[(label: UInt8, target: UInt32)]], _ ends: [UInt32]
    ) -> (fallbacks: [UInt32], outputs: [UInt32]) {
        var fallbacks = [UInt32](repeating: 0, count: children.count)
        var outputs = [UInt32](repeating: 0, count: children.count)
        var queue = children[0].map(\.target)
        var next = 0
        while next < queue.count {
            let node = Int(queue[next])
            next += 1
            outputs[node] = ends[node] != none ? UInt32(node) : outputs[Int(fallbacks[node])]
            for edge in children[node] {
                var candidate = Int(fallbacks[node])
                while true {
                    if let found = children[candidate].first(where: { $0.label == edge.label }) {
                        fallbacks[Int(edge.target)] = found.target
                        break
                    }
                    if candidate == 0 { break }
                    candidate = Int(fallbacks[candidate])
                }
                queue.append(edge.target)
            }
        }
        return (fallbacks, outputs)
    }

    /// Calls `body` with each literal at each place where it ends in the text.
    @inline(__always)
    func forEachHit(in text: UnsafeRawBufferPointer, _ body: (UInt32) -> Void) {
        guard let base = text.baseAddress else { return }
        var node: UInt32 = 0
        var index = 0
        while index < text.count {
            if node == 0 { index = nextStart(base, index, text.count) }
            if index == text.count { return }
            node = step(node, base.load(fromByteOffset: index, as: UInt8.self))
            index &+= 1
            var output = nodes[Int(node)].output
            while output != 0 {
                body(nodes[Int(output)].literal)
                output = nodes[Int(nodes[Int(output)].fallback)].output
            }
        }
    }

    /// The first place at or after `start` where a literal may begin: the last byte, or a pair that some literal begins with.
    @inline(__always)
    private func nextStart(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var index = start
        var pair = index < end ? Int(base.load(fromByteOffset: index, as: UInt8.self)) : 0
        while index &+ 1 < end {
            pair = (pair &<< 8 | Int(base.load(fromByteOffset: index &+ 1, as: UInt8.self))) & 0xffff
            if pairs[pair &>> 6] &>> UInt64(truncatingIfNeeded: pair & 63) & 1 == 1 { return index }
            index &+= 1
        }
        return index
    }

    @inline(__always)
    private func step(_ start: UInt32, _ byte: UInt8) -> UInt32 {
        var node = start
        while node != 0 {
            var edge = Int(nodes[Int(node)].edges)
            let end = Int(nodes[Int(node) &+ 1].edges)
            while edge < end {
                if labels[edge] == byte { return targets[edge] }
                edge &+= 1
            }
            node = nodes[Int(node)].fallback
        }
        return root[Int(byte)]
    }
}
