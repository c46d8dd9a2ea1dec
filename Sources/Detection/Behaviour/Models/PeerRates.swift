import Glibc

/// What a member of a group of peers does in a bucket, on average: what is expected of one that nothing is known of.
///
/// An average is that of the buckets before the one that is asked for, so that it does not depend on the order in one bucket.
/// Events and what they are divided by forget with the same half-life; buckets in which a member does nothing count.
struct PeerRates: Sendable {
    private static let maximumGroups = 10_000

    private struct Group: Sendable {
        /// As of `bucket`, without it.
        var events = 0.0
        var memberBuckets = 0.0
        var members = 0.0
        var bucket: Int64
        /// Of `bucket`.
        var openEvents = 0.0
        var openMembers = 0.0
    }

    /// Fewer members than these say nothing.
    private let leastMembers: Double
    private let logDecay: Double
    private var groups: [UInt64: Group] = [:]

    /// - Parameters:
    ///   - bucket, halfLife: of the same unit.
    init(bucket: Int64, halfLife: Int64, leastMembers: Int) {
        logDecay = -log(2.0) * Double(bucket) / Double(max(halfLife, bucket))
        self.leastMembers = Double(leastMembers)
    }

    /// Counts events of a member. Those of a bucket before are counted with the open one.
    mutating func add(_ key: UInt64, bucket: Int64, count: UInt32, isNew: Bool) {
        guard groups[key] != nil || groups.count < Self.maximumGroups else { return }
        var group = groups[key] ?? Group(bucket: bucket)
        advance(&group, to: bucket)
        group.openEvents += Double(count)
        if isNew { group.openMembers += 1 }
        groups[key] = group
    }

    /// Nil while too little is known.
    func mean(_ key: UInt64, at bucket: Int64) -> Double? {
        guard var group = groups[key] else { return nil }
        advance(&group, to: bucket)
        // A member more than a bucket ago, on average.
        guard group.members >= leastMembers, group.memberBuckets >= group.members else { return nil }
        return group.events / group.memberBuckets
    }

    private func advance(_ group: inout Group, to bucket: Int64) {
        guard bucket > group.bucket else { return }
        group.events += group.openEvents
        group.members += group.openMembers
        let decay = exp(logDecay * Double(bucket - group.bucket))
        group.events *= decay
        group.memberBuckets = group.memberBuckets * decay + group.members * (1 - decay) / -expm1(logDecay) * exp(logDecay)
        (group.openEvents, group.openMembers, group.bucket) = (0, 0, bucket)
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        writer.write(groups.count)
        for (key, group) in groups.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(key)
            writer.write(group.bucket)
            let numbers = [group.events, group.memberBuckets, group.members, group.openEvents, group.openMembers]
            for number in numbers { writer.writeFixed(number.bitPattern) }
        }
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for _ in 0..<(try reader.count(size: 49)) {
            let key = try reader.fixed()
            var group = Group(bucket: try reader.integer())
            group.events = try reader.number()
            group.memberBuckets = try reader.number()
            group.members = try reader.number()
            group.openEvents = try reader.number()
            group.openMembers = try reader.number()
            groups[key] = group
        }
    }
}
