import EventModel
import Glibc
import Sigma

/// `travel`: an entity in two places that nobody gets from one to the other in the time between.
///
/// The two latest places are kept in the order of event time, so that a late event is compared with both of its neighbours.
/// Networks that many leave from (`egress_asns`), and those that an entity has come from on several days, say nothing of where it
/// is: such events are neither judged nor remembered. The way back within a day is no second journey.
struct TravelBehaviour: BehaviourState {
    private struct Point: Sendable, Equatable {
        var time: Int64
        var code: UInt64
        var sequence: Int64
    }

    private struct Network: Sendable {
        var number: UInt32
        /// Days on which it was seen, and the last of them.
        var days: Int
        var last: Int64
    }

    private struct Entity: Sendable {
        var points: [Point] = []
        var networks: [Network] = []
        /// When the last journey was told, and between which places.
        var toldAt: Int64?
        var told: (from: UInt64, to: UInt64) = (0, 0)
        var lastSeen: Int64 = 0
    }

    /// A place is known this well, in kilometres: half on each side.
    private static let accuracy = 100.0
    private static let earthRadius = 6_371.0
    private static let shortest = 60.0
    private static let maximumNetworks = 8

    let rule: FindingRule
    let behaviour: BehaviourRule
    private var entities = EntityBook<Entity>()

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
    }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        let point = Point(
            time: event.match.time.microseconds, code: event.match.value, sequence: event.match.sequence)
        let network = PlaceCode.place(point.code).network
        if behaviour.parameters.egressNetworks.contains(network) { return }
        entities.makeRoom(for: event.entity, within: behaviour.parameters.maximumEntities, by: \.lastSeen)
        var entity = entities.take(event.entity) ?? Entity()
        defer {
            entity.lastSeen = max(entity.lastSeen, point.time)
            entities[event.entity] = entity
        }
        if isOwn(network, &entity, at: point.time) { return }
        for other in entity.points {
            let isLater = point.time >= other.time
            guard let journey = Journey(from: isLater ? other : point, to: isLater ? point : other),
                journey.distance >= behaviour.parameters.minimumKilometres,
                journey.speed >= behaviour.parameters.minimumKilometresAnHour
            else { continue }
            let isBack = entity.toldAt.map { point.time - $0 < Behaviour.day } ?? false
                && (entity.told.from, entity.told.to) == (PlaceCode.area(journey.end.code), PlaceCode.area(journey.start.code))
            if isBack { continue }
            entity.toldAt = point.time
            entity.told = (PlaceCode.area(journey.start.code), PlaceCode.area(journey.end.code))
            unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(journey, event)))
            break
        }
        entity.points.append(point)
        entity.points.sort { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
        if entity.points.count > 2 { entity.points.removeFirst() }
    }

    /// Whether the entity has come from that network on so many days that it is its own.
    private func isOwn(_ number: UInt32, _ entity: inout Entity, at time: Int64) -> Bool {
        guard number != 0 else { return false }
        let day = BehaviourTable.floor(time, Behaviour.day)
        if let place = entity.networks.firstIndex(where: { $0.number == number }) {
            if day > entity.networks[place].last {
                entity.networks[place].days += 1
                entity.networks[place].last = day
            }
            return entity.networks[place].days >= behaviour.parameters.learnedEgressDays
        }
        if entity.networks.count >= Self.maximumNetworks,
            let oldest = entity.networks.indices.min(by: { entity.networks[$0].last < entity.networks[$1].last }) {
            entity.networks.remove(at: oldest)
        }
        entity.networks.append(Network(number: number, days: 1, last: day))
        return false
    }

    // MARK: Journeys

    /// From one point to a later one.
    private struct Journey {
        var start: Point
        var end: Point
        /// Kilometres, less what the places may be off.
        var distance: Double
        /// Kilometres an hour.
        var speed: Double

        /// Nil if it is none.
        init?(from start: Point, to end: Point) {
            guard start.code &>> 32 != end.code &>> 32 else { return nil }
            let (a, b) = (PlaceCode.place(start.code), PlaceCode.place(end.code))
            let radians = Double.pi / 180
            let (north, east) = ((b.latitude - a.latitude) * radians / 2, (b.longitude - a.longitude) * radians / 2)
            // The haversine of the angle between both.
            let half = sin(north) * sin(north)
                + cos(a.latitude * radians) * cos(b.latitude * radians) * sin(east) * sin(east)
            let length = 2 * TravelBehaviour.earthRadius * asin(min(1, half.squareRoot()))
            let seconds = max(TravelBehaviour.shortest, Double(end.time - start.time) / 1_000_000)
            self.start = start
            self.end = end
            distance = max(0, length - TravelBehaviour.accuracy)
            speed = distance / seconds * 3_600
        }
    }

    private func anomaly(_ journey: Journey, _ event: HeldEvent) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let time = FindingText.duration(journey.end.time - journey.start.time)
        let parameters = behaviour.parameters
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: "kilometres an hour", observed: journey.speed.rounded(),
            usual: parameters.minimumKilometresAnHour, start: Timestamp(microseconds: journey.start.time),
            end: Timestamp(microseconds: journey.end.time), score: journey.speed.rounded(),
            threshold: parameters.minimumKilometresAnHour,
            sentence: "\(words.titles)\(words.whose(event.text)) from \(words.place(journey.start.code)) at "
                + "\(words.minute(Timestamp(microseconds: journey.start.time))) UTC and from \(words.place(journey.end.code)) "
                + "\(time) later: \(words.number(journey.distance.rounded())) km at "
                + "\(words.number(journey.speed.rounded())) km/h (told from "
                + "\(words.number(parameters.minimumKilometresAnHour)) km/h)")
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = TravelBehaviour(rule, behaviour)
        copy.entities = entities
        return copy
    }

    // MARK: Snapshots

    mutating func takeDirtyPages() -> [StatePage] { entities.takeDirtyPages(Self.write) }

    private static func write(_ entity: Entity, to writer: inout SnapshotWriter) {
        writer.write(entity.points.count)
        for point in entity.points {
            writer.write(point.time)
            writer.writeFixed(point.code)
            writer.write(point.sequence)
        }
        writer.write(entity.networks.count)
        for network in entity.networks {
            writer.write(UInt64(network.number))
            writer.write(network.days)
            writer.write(network.last)
        }
        writer.write(entity.toldAt ?? -1)
        writer.writeFixed(entity.told.from)
        writer.writeFixed(entity.told.to)
        writer.write(entity.lastSeen)
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages { try entities.restore(page, Self.entity) }
    }

    private static func entity(from reader: inout SnapshotReader) throws(SnapshotError) -> Entity {
        var entity = Entity()
        for _ in 0..<(try reader.count(size: 10)) {
            let time = try reader.integer()
            entity.points.append(Point(time: time, code: try reader.fixed(), sequence: try reader.integer()))
        }
        for _ in 0..<(try reader.count(size: 3)) {
            let number = UInt32(clamping: try reader.unsigned())
            let days = Int(try reader.integer())
            entity.networks.append(Network(number: number, days: days, last: try reader.integer()))
        }
        let toldAt = try reader.integer()
        entity.toldAt = toldAt < 0 ? nil : toldAt
        let from = try reader.fixed()
        entity.told = (from, try reader.fixed())
        entity.lastSeen = try reader.integer()
        return entity
    }
}
