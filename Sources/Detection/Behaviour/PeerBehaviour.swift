import EventModel
import Sigma

/// `peer_outlier`: what an entity does in a bucket, against what nearly all of its peers' buckets stay below.
///
/// Only closed buckets are compared with, of the last one to two record windows, and only those in which a peer did anything. So
/// a group that rests at night is not busier in the morning than ever before.
struct PeerBehaviour: BehaviourState {
    /// A member of a group. Whoever changes the group leaves what was done there.
    private struct Member: Sendable {
        var group: UInt64
        var bucket: Int64
        var count: UInt32 = 0
        /// The most in a closed bucket of this epoch and of the one before.
        var record: UInt32 = 0
        var formerRecord: UInt32 = 0
        var firstBucket: Int64
        /// The bucket that fired last.
        var fired: Int64?
    }

    private struct Group: Sendable {
        /// The closed buckets of this epoch, and of the one before.
        var present = PeerSketch()
        var former = PeerSketch()
        var epoch: Int64
        /// Since when it is known.
        var firstBucket: Int64
    }

    /// What the buckets of an entity's peers stay below.
    private struct Usual {
        var value: Double
        var members: Int
    }

    private static let ownPage = Int.min

    let rule: FindingRule
    let behaviour: BehaviourRule
    private var members = EntityBook<Member>()
    private var groups = EntityBook<Group>()
    private var values: BucketValues
    /// Members with events in a bucket that is not closed.
    private var open: Set<UInt64> = []
    private var closedBefore = Int64.min
    private var memberCounts: [UInt64: Int] = [:]
    /// What each group's buckets stay below, as long as no further one is closed.
    private var quantiles: [UInt64: Double] = [:]

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
        values = BucketValues(behaviour.parameters)
    }

    var closesBuckets: Bool { true }

    private var epochBuckets: Int64 { max(1, behaviour.parameters.recordWindow / behaviour.bucket) }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        guard let group = event.peers else { return }
        close(before: event.bucket, &unusual)
        let count = values.count(of: event)
        // Of a bucket that is over: what is known of it stays as it is.
        guard count > 0, event.bucket >= closedBefore else { return }
        var member = member(event, in: group)
        member.bucket = event.bucket
        let (sum, overflow) = member.count.addingReportingOverflow(count)
        member.count = overflow ? .max : sum
        open.insert(event.entity)
        if let usual = usual(of: group, without: event.entity), isOutlier(member, usual) {
            member.fired = event.bucket
            unusual.append(UnusualEvent(match: event.match, text: event.text, bucket: anomaly(member, usual, event.text)))
        }
        members[event.entity] = member
    }

    /// The member as it is known, or a new one.
    private mutating func member(_ event: HeldEvent, in group: UInt64) -> Member {
        if groups[group] == nil {
            groups[group] = Group(epoch: event.bucket / epochBuckets, firstBucket: event.bucket)
        }
        if let known = members[event.entity], known.group == group { return known }
        if let former = members[event.entity] {
            memberCounts[former.group, default: 1] -= 1
        } else if members.count >= behaviour.parameters.maximumEntities {
            members.forget(by: \.bucket)
            countMembers()
        }
        memberCounts[group, default: 0] += 1
        return Member(group: group, bucket: event.bucket, firstBucket: event.bucket)
    }

    private func isOutlier(_ member: Member, _ usual: Usual) -> Bool {
        let parameters = behaviour.parameters
        let age = (member.bucket - member.firstBucket) * behaviour.bucket
        let quiet = rule.quietTime / behaviour.bucket
        // The bucket that fires goes on to.
        if let fired = member.fired, fired != member.bucket, member.bucket - fired < quiet { return false }
        return Int(member.count) >= parameters.minimumCount && Double(member.count) > usual.value
            && Double(member.count) >= parameters.minimumRatio * usual.value
            && (!parameters.isNovel || member.count > max(member.record, member.formerRecord))
            && (parameters.coldStart == .fire || age >= parameters.warmUpAge)
    }

    /// Nil if too little is known of the group.
    private mutating func usual(of key: UInt64, without entity: UInt64) -> Usual? {
        let others = (memberCounts[key] ?? 0) - (members[entity]?.group == key ? 1 : 0)
        guard others >= behaviour.parameters.minimumPeers, let group = groups[key] else { return nil }
        guard closedBefore > .min, (closedBefore - group.firstBucket) * behaviour.bucket >= behaviour.parameters.warmUpAge
        else { return nil }
        if let known = quantiles[key] { return Usual(value: known, members: others) }
        var sketch = group.present
        if group.epoch == closedBefore / epochBuckets || group.epoch == closedBefore / epochBuckets - 1 {
            sketch.merge(group.former)
        }
        guard let value = sketch.quantile(behaviour.parameters.quantile) else { return nil }
        quantiles[key] = value
        return Usual(value: value, members: others)
    }

    mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent]) {
        guard bucket > closedBefore else { return }
        let epoch = bucket / epochBuckets
        let isNewEpoch = closedBefore > .min && epoch > closedBefore / epochBuckets
        for entity in open.sorted() {
            guard var member = members[entity], member.bucket < bucket else { continue }
            if var group = groups[member.group] {
                turn(&group, to: member.bucket / epochBuckets)
                group.present.add(Double(member.count))
                groups[member.group] = group
            }
            member.record = max(member.record, member.count)
            member.count = 0
            members[entity] = member
            open.remove(entity)
        }
        closedBefore = bucket
        quantiles = [:]
        if isNewEpoch { begin(epoch) }
    }

    private func turn(_ group: inout Group, to epoch: Int64) {
        guard epoch > group.epoch else { return }
        group.former = epoch == group.epoch + 1 ? group.present : PeerSketch()
        group.present = PeerSketch()
        group.epoch = epoch
    }

    /// Records are forgotten, and whoever did nothing for two epochs is no member any more.
    private mutating func begin(_ epoch: Int64) {
        for (entity, known) in members.all.sorted(by: { $0.key < $1.key }) {
            var member = known
            let age = epoch - member.bucket / epochBuckets
            if age > 2 {
                members[entity] = nil
                continue
            }
            (member.formerRecord, member.record) = (age == 1 ? member.record : 0, 0)
            members[entity] = member
        }
        for (key, known) in groups.all.sorted(by: { $0.key < $1.key }) {
            if epoch - known.epoch > 2 { groups[key] = nil }
        }
        countMembers()
    }

    private mutating func countMembers() {
        memberCounts = [:]
        for member in members.all.values { memberCounts[member.group, default: 0] += 1 }
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = PeerBehaviour(rule, behaviour)
        (copy.members, copy.groups, copy.values, copy.open) = (members, groups, values, open)
        (copy.closedBefore, copy.memberCounts) = (closedBefore, memberCounts)
        return copy
    }

    // MARK: Words

    private func anomaly(_ member: Member, _ usual: Usual, _ text: [UInt8]) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let start = Timestamp(microseconds: member.bucket * behaviour.bucket)
        let known = Timestamp(microseconds: member.firstBucket * behaviour.bucket)
        let record = max(member.record, member.formerRecord)
        let share = words.number(behaviour.parameters.quantile * 100)
        let ratio = Double(member.count) / max(usual.value, 1)
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: words.subject, observed: Double(member.count), usual: usual.value,
            record: Double(record), recordSince: known, knownSince: known, start: start, end: start + behaviour.bucket,
            score: ratio, threshold: behaviour.parameters.minimumRatio,
            sentence: "\(member.count) \(words.subject)\(words.whose(text)) \(words.within(start)); of \(usual.members) others "
                + "of \(words.peers(text) ?? "its peers") \(share) % of the times stay below "
                + "\(words.number(usual.value.rounded(.up))), and the most of its own were \(record); known since "
                + "\(words.day(known)), \(words.number(ratio)) times as many of "
                + "\(words.number(behaviour.parameters.minimumRatio)) needed")
    }

    // MARK: Snapshots

    /// A page a member, one a group, and one for what is open.
    mutating func takeDirtyPages() -> [StatePage] {
        var pages = members.takeDirtyPages(Self.write)
        pages += groups.takeDirtyPages(Self.write).map { StatePage(number: -1 - $0.number, bytes: $0.bytes) }
        if !pages.isEmpty || values.hasChanged { pages.append(StatePage(number: Self.ownPage, bytes: ownPage())) }
        values.hasChanged = false
        return pages
    }

    private func ownPage() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(closedBefore)
        values.write(to: &writer)
        writer.seal()
        return writer.bytes
    }

    private static func write(_ member: Member, to writer: inout SnapshotWriter) {
        writer.writeFixed(member.group)
        writer.write(member.bucket)
        for number in [member.count, member.record, member.formerRecord] { writer.write(UInt64(number)) }
        writer.write(member.firstBucket)
        writer.write(member.fired != nil)
        writer.write(member.fired ?? 0)
    }

    private static func write(_ group: Group, to writer: inout SnapshotWriter) {
        writer.write(group.epoch)
        writer.write(group.firstBucket)
        writer.write(group.present.snapshot())
        writer.write(group.former.snapshot())
    }

    private static func member(from reader: inout SnapshotReader) throws(SnapshotError) -> Member {
        var member = Member(group: try reader.fixed(), bucket: try reader.integer(), firstBucket: 0)
        member.count = UInt32(clamping: try reader.unsigned())
        member.record = UInt32(clamping: try reader.unsigned())
        member.formerRecord = UInt32(clamping: try reader.unsigned())
        member.firstBucket = try reader.integer()
        let hasFired = try reader.boolean()
        let fired = try reader.integer()
        member.fired = hasFired ? fired : nil
        return member
    }

    private static func group(from reader: inout SnapshotReader) throws(SnapshotError) -> Group {
        var group = Group(epoch: try reader.integer(), firstBucket: try reader.integer())
        group.present = try PeerSketch(snapshot: try reader.text())
        group.former = try PeerSketch(snapshot: try reader.text())
        return group
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages {
            if page.number == Self.ownPage {
                var reader = try SnapshotReader(page.bytes)
                closedBefore = try reader.integer()
                try values.read(from: &reader)
            } else if page.number < 0 {
                try groups.restore(page, Self.group)
            } else {
                try members.restore(page, Self.member)
            }
        }
        for (key, member) in members.all where member.count > 0 { open.insert(key) }
        countMembers()
    }
}
