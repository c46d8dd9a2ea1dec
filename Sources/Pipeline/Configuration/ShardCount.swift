/// Into how many parts correlation is divided, each with a core of its own when there is much to do.
public struct ShardCount: Sendable, Equatable {
    /// More would wait for what is not divided: reading, taking out what is counted, committing.
    public static let maximum = 4

    /// `correlation.shards` of the configuration; nil: as many as the state has, and without any as fit the machine.
    public var configured: Int?
    /// Processor cores of this machine.
    public var cores: Int

    public init(configured: Int?, cores: Int) {
        self.configured = configured
        self.cores = cores
    }

    /// What correlation starts with when it has no state: below four cores the other stages need them all.
    public var atFirst: Int { configured ?? (cores < 4 ? 1 : min(cores / 2, Self.maximum)) }

    /// Whether state that was divided like this goes on. Groups do not move from one part to another, so another number means
    /// reading all stored events again: only somebody who asks for it by a configured number gets that.
    public func accepts(_ count: Int) -> Bool { configured == nil || configured == count }
}
