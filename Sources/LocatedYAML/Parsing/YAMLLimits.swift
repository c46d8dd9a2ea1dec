/// Bounds on one YAML file, so that a hostile one costs bounded time and memory.
public struct YAMLLimits: Sendable, Equatable {
    /// The longest mapping or rule file of the public collections is below 200 KiB.
    public var maximumBytes: Int
    /// Nodes of a whole file, aliases counted as what they stand for: an "alias bomb" ends here.
    public var maximumNodes: Int
    /// Levels of nesting, aliases counted as what they stand for.
    public var maximumDepth: Int

    public init(maximumBytes: Int = 4 << 20, maximumNodes: Int = 100_000, maximumDepth: Int = 64) {
        self.maximumBytes = maximumBytes
        self.maximumNodes = maximumNodes
        self.maximumDepth = maximumDepth
    }
}
