public import EventModel
import Glibc

// Hot path.

/// Where somebody signed in.
public struct TravelPoint: Sendable, Equatable {
    public var time: Timestamp
    /// Degrees, north and east.
    public var latitude: Float
    public var longitude: Float
    /// How far off the place may be, in kilometres. 50 if it is not known.
    public var radius: Float
    /// The autonomous system's number; 0 if it is not known.
    public var network: UInt32

    public init(time: Timestamp, latitude: Float, longitude: Float, radius: Float = 50, network: UInt32 = 0) {
        self.time = time
        self.latitude = latitude
        self.longitude = longitude
        self.radius = radius
        self.network = network
    }

    /// Whether the place is one on earth.
    var isPlace: Bool {
        latitude.isFinite && longitude.isFinite && abs(latitude) <= 90 && abs(longitude) <= 180 && radius.isFinite && radius >= 0
    }

    /// Kilometres between the centres, by the haversine formula on a sphere of 6,371 km.
    public func distance(to other: TravelPoint) -> Double {
        let degree = Double.pi / 180
        let (phi, otherPhi) = (Double(latitude) * degree, Double(other.latitude) * degree)
        let half = (sin((otherPhi - phi) / 2), sin((Double(other.longitude) - Double(longitude)) * degree / 2))
        let square = half.0 * half.0 + cos(phi) * cos(otherPhi) * half.1 * half.1
        return 2 * 6_371 * asin(min(1, square.squareRoot()))
    }
}

/// Finds sign-ins of one person too far apart for the time between them.
///
/// Keeps the two newest points by the time in the event, so that one that comes late is compared with the one before and the one
/// after it. Networks through which the person has come on five days are their way out (a VPN, a proxy, a phone's carrier),
/// not their place: they are neither compared nor kept. Give it successful, interactive sign-ins with a place, and none through
/// networks that are known for hiding it.
public struct TravelModel: Sendable, Equatable {
    /// A hop that nobody makes.
    public struct Hop: Sendable, Equatable {
        public var from: TravelPoint
        public var to: TravelPoint
        /// Kilometres at least: the distance without both radii.
        public var distance: Double
        /// Kilometres an hour.
        public var speed: Double
    }

    private struct Network: Sendable, Equatable {
        var number: UInt32
        var lastDay: UInt16
        var days: UInt16
    }

    private static let mostNetworks = 8
    private static let day: Int64 = 86_400_000_000

    private var points: [TravelPoint] = []
    private var networks: [Network] = []
    private var lastHop: Hop?

    public init() {}

    /// Compares a sign-in with those around it, and keeps it.
    ///
    /// - Parameters:
    ///   - leastDistance, leastSpeed: kilometres, and kilometres an hour, from which on a hop is told.
    ///   - egressDays: on how many days a network has to be seen to be a way out; 0 for never.
    /// - Returns: the fastest hop to or from it; nil if there is none, or if it only goes back within a day after one that was
    ///   told.
    public mutating func add(
        _ point: TravelPoint, leastDistance: Double = 500, leastSpeed: Double = 900, egressDays: UInt16 = 5
    ) -> Hop? {
        guard point.isPlace else { return nil }
        if isEgress(point, egressDays) { return nil }
        let place = points.firstIndex { $0.time > point.time } ?? points.count
        var found: Hop?
        // With the one before, and the one after.
        for other in [place - 1, place] where points.indices.contains(other) {
            let neighbour = points[other]
            let hop = other < place ? Self.hop(neighbour, point) : Self.hop(point, neighbour)
            if hop.distance >= leastDistance, hop.speed >= leastSpeed, hop.speed > found?.speed ?? 0 { found = hop }
        }
        points.insert(point, at: place)
        if points.count > 2 { points.removeFirst() }
        guard let hop = found, !isReturn(hop) else { return nil }
        lastHop = hop
        return hop
    }

    private static func hop(_ from: TravelPoint, _ to: TravelPoint) -> Hop {
        let distance = max(0, from.distance(to: to) - Double(from.radius) - Double(to.radius))
        // Two sign-ins within a minute are as of one minute: clocks differ.
        let seconds = max(60, (Double(to.time.microseconds) - Double(from.time.microseconds)) / 1_000_000)
        return Hop(from: from, to: to, distance: distance, speed: distance / seconds * 3_600)
    }

    /// Whether the hop only leads back where the last one that was told began.
    private func isReturn(_ hop: Hop) -> Bool {
        guard let last = lastHop else { return false }
        let apart = hop.to.time.microseconds.subtractingReportingOverflow(last.to.time.microseconds)
        guard !apart.overflow, apart.partialValue.magnitude <= UInt64(Self.day) else { return false }
        return Self.isSamePlace(hop.from, last.to) && Self.isSamePlace(hop.to, last.from)
    }

    private static func isSamePlace(_ one: TravelPoint, _ other: TravelPoint) -> Bool {
        one.distance(to: other) <= Double(one.radius) + Double(other.radius)
    }

    /// Counts the day for the network, and whether it was enough days before.
    private mutating func isEgress(_ point: TravelPoint, _ egressDays: UInt16) -> Bool {
        guard point.network != 0, egressDays > 0 else { return false }
        let day = UInt16(min(max(0, point.time.microseconds / Self.day), Int64(UInt16.max)))
        if let place = networks.firstIndex(where: { $0.number == point.network }) {
            let isOld = networks[place].days >= egressDays
            if day > networks[place].lastDay {
                networks[place].lastDay = day
                if networks[place].days < .max { networks[place].days += 1 }
            }
            return isOld
        }
        if networks.count == Self.mostNetworks {
            // The one of the fewest days makes room; of several, the one seen longest ago.
            let least = networks.min { ($0.days, $0.lastDay) < ($1.days, $1.lastDay) }
            networks.removeAll { $0 == least }
        }
        networks.append(Network(number: point.network, lastDay: day, days: 1))
        return false
    }
}

extension TravelModel {
    /// The whole as bytes; equal models give equal bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(points.count)
        for point in points { Self.write(point, to: &writer) }
        writer.write(networks.count)
        for network in networks {
            writer.write(Int(network.number))
            writer.write(Int(network.lastDay))
            writer.write(Int(network.days))
        }
        writer.write(lastHop != nil)
        if let lastHop {
            Self.write(lastHop.from, to: &writer)
            Self.write(lastHop.to, to: &writer)
        }
        writer.seal()
        return writer.bytes
    }

    public init(snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        for _ in 0..<(try reader.bounded(0...2)) { points.append(try Self.point(from: &reader)) }
        for _ in 0..<(try reader.bounded(0...Int64(Self.mostNetworks))) {
            networks.append(Network(
                number: UInt32(try reader.bounded(0...Int64(UInt32.max))), lastDay: UInt16(try reader.bounded(0...65_535)),
                days: UInt16(try reader.bounded(0...65_535))))
        }
        if try reader.boolean() { lastHop = Self.hop(try Self.point(from: &reader), try Self.point(from: &reader)) }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }

    private static func write(_ point: TravelPoint, to writer: inout SnapshotWriter) {
        writer.write(point.time.microseconds)
        writer.writeFixed(UInt64(point.latitude.bitPattern) | UInt64(point.longitude.bitPattern) &<< 32)
        writer.writeFixed(UInt64(point.radius.bitPattern) | UInt64(point.network) &<< 32)
    }

    private static func point(from reader: inout SnapshotReader) throws(SnapshotError) -> TravelPoint {
        let start = reader.offset
        let time = Timestamp(microseconds: try reader.integer())
        let (place, rest) = (try reader.fixed(), try reader.fixed())
        let point = TravelPoint(
            time: time, latitude: Float(bitPattern: UInt32(truncatingIfNeeded: place)),
            longitude: Float(bitPattern: UInt32(truncatingIfNeeded: place &>> 32)),
            radius: Float(bitPattern: UInt32(truncatingIfNeeded: rest)), network: UInt32(truncatingIfNeeded: rest &>> 32))
        guard point.isPlace else { throw .malformed(offset: start) }
        return point
    }
}
