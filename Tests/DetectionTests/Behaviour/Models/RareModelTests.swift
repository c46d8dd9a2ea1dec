import Detection
import Foundation
import TestSupport
import Testing

struct RareModelTests {
    private static let hour: UInt32 = 490_000
    private static let (common, other): (UInt64, UInt64) = (0x1111_2222_3333_4444, 0x5555_6666_7777_8888)

    @Test func `bits are those of the formulas`() throws {
        var model = RareModel()
        var entity = EntityValues()
        for index in 0..<60 { #expect((model.add(Self.common, entity: &entity, hour: Self.hour) == nil) == (index < 50)) }
        // p = 10 · (0 + 0.5) / (60 + 0.5 · 2) / (60 + 10) = 1 / 854.
        var (copy, values) = (model, entity)
        let first = copy.add(Self.other, entity: &values, hour: Self.hour)
        let rare = try #require(first)
        #expect(abs(rare - log2(854)) < 1e-6, "\(rare)")
        // p = (60 + 10 · 60.5 / 61) / 70.
        let second = model.add(Self.common, entity: &entity, hour: Self.hour)
        let usual = try #require(second)
        #expect(abs(usual + log2((60 + 605.0 / 61) / 70)) < 1e-6, "\(usual)")
    }

    @Test func `what others of the tenant do is less rare`() throws {
        var model = RareModel()
        var (entity, peer) = (EntityValues(), EntityValues())
        for _ in 0..<60 { _ = model.add(Self.common, entity: &entity, hour: Self.hour) }
        for _ in 0..<60 { _ = model.add(Self.other, entity: &peer, hour: Self.hour) }
        // p = 10 · (60 + 0.5) / (120 + 0.5 · 3) / 70.
        let added = model.add(Self.other, entity: &entity, hour: Self.hour)
        let bits = try #require(added)
        #expect(abs(bits + log2(605 / 121.5 / 70)) < 1e-6, "\(bits)")
    }

    @Test func `all fades by half in 30 days, also over years`() {
        var model = RareModel()
        var entity = EntityValues()
        for _ in 0..<100 { _ = model.add(Self.common, entity: &entity, hour: Self.hour) }
        #expect(model.add(Self.common, entity: &entity, hour: Self.hour + 720) != nil)
        #expect(abs(entity.total - 51) < 0.01 && abs(model.count(Self.common) - 51) < 0.01)
        #expect(model.add(Self.common, entity: &entity, hour: Self.hour + 2 * 720) == nil)
        for month in UInt32(3)..<100 {
            _ = model.add(Self.common, entity: &entity, hour: Self.hour + month * 720)
            #expect(model.count(Self.common).isFinite)
        }
        #expect(abs(model.count(Self.common) - 2) < 0.01)
        _ = model.add(Self.common, entity: &entity, hour: .max)
        #expect(abs(model.count(Self.common) - 1) < 0.01)
        // An hour that lies back changes nothing.
        _ = model.add(Self.common, entity: &entity, hour: 0)
        #expect(abs(model.count(Self.common) - 2) < 0.01)
    }

    @Test func `the sketch is never too low, and seldom too high`() {
        var model = RareModel()
        var entity = EntityValues()
        var generator = SeededGenerator(seed: 8)
        var counts: [UInt64: Double] = [:]
        for _ in 0..<50_000 {
            let value = (generator.next() % 5_000 &+ 1) &* 0x9e37_79b9_7f4a_7c15
            _ = model.add(value, entity: &entity, hour: Self.hour)
            counts[value, default: 0] += 1
        }
        #expect(counts.allSatisfy { model.count($0.key) >= $0.value - 1e-3 })
        #expect(counts.count { model.count($0.key) > $0.value + 0.5 } < 50)
    }

    @Test func `the eight values seen most are known exactly enough`() {
        var model = RareModel()
        var entity = EntityValues()
        var generator = SeededGenerator(seed: 8)
        for index in 0..<2_000 {
            let value = index % 2 == 0 ? UInt64(index / 2 % 4) &<< 40 : generator.next()
            _ = model.add(value, entity: &entity, hour: Self.hour)
        }
        // Space-Saving: too high by at most a share of an eighth, never too low.
        for value in 0..<4 { #expect((250...500).contains(entity.count(UInt32(value) &<< 8))) }
        #expect(entity.total == 2_000)
    }

    @Test func `restored ones go on as those that were saved`() throws {
        var model = RareModel()
        var entity = EntityValues()
        var generator = SeededGenerator(seed: 8)
        for index in UInt32(0)..<500 { _ = model.add(generator.next() % 30 &* 0x9e37_79b9_7f4a_7c15, entity: &entity, hour: index) }
        var restored = try RareModel(snapshot: model.snapshot())
        var restoredEntity = try EntityValues(snapshot: entity.snapshot())
        #expect(restored == model && restored.snapshot() == model.snapshot() && restoredEntity.snapshot() == entity.snapshot())
        for index in UInt32(500)..<600 {
            let value = generator.next() % 40 &* 0x9e37_79b9_7f4a_7c15
            #expect(model.add(value, entity: &entity, hour: index) == restored.add(value, entity: &restoredEntity, hour: index))
        }
        #expect(throws: SnapshotError.damaged) { try RareModel(snapshot: Array(model.snapshot().dropLast())) }
        #expect(throws: SnapshotError.damaged) { try EntityValues(snapshot: [1, 2, 3]) }
    }
}
