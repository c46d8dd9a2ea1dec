import Detection
import EventModel
import Testing

struct TravelModelTests {
    private static let places: [String: (Float, Float)] = [
        "London": (51.5074, -0.1278), "Paris": (48.8566, 2.3522), "New York": (40.7128, -74.0060), "Suva": (-18.1416, 178.4419),
        "Apia": (-13.8333, -171.7667),
    ]

    private static func point(_ place: String, hour: Double, radius: Float = 50, network: UInt32 = 0) -> TravelPoint {
        let (latitude, longitude) = places[place]!
        let time = Timestamp(microseconds: 1_777_852_800_000_000 + Int64(hour * 3_600_000_000))
        return TravelPoint(time: time, latitude: latitude, longitude: longitude, radius: radius, network: network)
    }

    @Test(arguments: [
        ("London", "New York", 5_570.2), ("London", "Paris", 343.6), ("Suva", "Apia", 1_150.7), ("Paris", "Paris", 0),
    ])
    func distances(from: String, to: String, kilometres: Double) {
        let distance = Self.point(from, hour: 0).distance(to: Self.point(to, hour: 0))
        #expect(abs(distance - kilometres) < max(1, kilometres * 0.005), "\(distance)")
        #expect(abs(Self.point(to, hour: 0).distance(to: Self.point(from, hour: 0)) - distance) < 1e-6)
    }

    @Test(arguments: [
        // Place and hour of each sign-in in the order of arrival; whether each is told.
        ([("London", 0), ("New York", 1)], [false, true]),
        ([("London", 0), ("New York", 7)], [false, false]),
        ([("London", 0), ("Paris", 0.01)], [false, false]),
        // The way back within a day is the same story; another place is not.
        ([("London", 0), ("New York", 1), ("London", 2)], [false, true, false]),
        ([("London", 0), ("New York", 1), ("Suva", 2)], [false, true, true]),
        ([("London", 0), ("New York", 1), ("New York", 30), ("London", 31)], [false, true, false, true]),
        // Late: between both, then before both.
        ([("London", 0), ("London", 4), ("New York", 2)], [false, false, true]),
        ([("London", 2), ("New York", 1)], [false, true]),
        ([("London", 10), ("London", 11), ("New York", 1)], [false, false, false]),
        // At the same time.
        ([("London", 0), ("New York", 0)], [false, true]),
    ] as [([(String, Double)], [Bool])])
    func hops(signIns: [(String, Double)], told: [Bool]) {
        var model = TravelModel()
        #expect(signIns.map { model.add(Self.point($0.0, hour: $0.1)) != nil } == told)
    }

    @Test func `a hop tells distance and speed without the radii`() throws {
        var model = TravelModel()
        _ = model.add(Self.point("London", hour: 0, radius: 100))
        let added = model.add(Self.point("New York", hour: 2, radius: 20))
        let hop = try #require(added)
        #expect(abs(hop.distance - (5_570.2 - 120)) < 6 && abs(hop.speed - hop.distance / 2) < 1e-6)
        _ = model.add(Self.point("London", hour: 100, radius: 5_000))
        #expect(model.add(Self.point("New York", hour: 100, radius: 200)) == nil)
    }

    @Test func `a network seen on five days is a way out, not a place`() {
        for (days, isTold) in [(4, true), (5, false)] {
            var model = TravelModel()
            for day in 0..<days { _ = model.add(Self.point("London", hour: Double(day) * 24, network: 64_500)) }
            _ = model.add(Self.point("Paris", hour: 200, network: 64_501))
            #expect((model.add(Self.point("New York", hour: 201, network: 64_500)) != nil) == isTold)
            // Nor is it kept: Paris still is the last place.
            let next = model.add(Self.point("New York", hour: 202, network: 64_502))
            if !isTold { #expect(next?.from.network == 64_501) }
        }
    }

    @Test(arguments: [
        (Float.nan, 0, 50), (91, 0, 50), (0, 181, 50), (0, .infinity, 50), (0, 0, .nan), (0, 0, -1),
    ] as [(Float, Float, Float)])
    func `what is no place on earth is not kept`(latitude: Float, longitude: Float, radius: Float) {
        var model = TravelModel()
        let before = model
        #expect(model.add(TravelPoint(time: Timestamp(seconds: 0), latitude: latitude, longitude: longitude, radius: radius)) == nil)
        #expect(model == before)
    }

    @Test func `times at the ends of all time do no harm`() {
        var model = TravelModel()
        for microseconds in [Int64.min, .max, 0, .min, .max] {
            let point = Self.point("London", hour: 0)
            _ = model.add(TravelPoint(
                time: Timestamp(microseconds: microseconds), latitude: microseconds == 0 ? -50 : point.latitude, longitude: 0, network: 7))
        }
        #expect(model.snapshot().count < 200)
    }

    @Test func `a restored model goes on as the one that was saved`() throws {
        var model = TravelModel()
        for number in 0..<12 {
            _ = model.add(Self.point(number % 2 == 0 ? "London" : "Paris", hour: Double(number), network: UInt32(number)))
        }
        _ = model.add(Self.point("New York", hour: 13))
        var restored = try TravelModel(snapshot: model.snapshot())
        #expect(restored == model && restored.snapshot() == model.snapshot())
        let (one, other) = (model.add(Self.point("Suva", hour: 14)), restored.add(Self.point("Suva", hour: 14)))
        #expect(one == other && one != nil)
        #expect(throws: SnapshotError.damaged) { try TravelModel(snapshot: Array(model.snapshot().dropFirst())) }
    }
}
