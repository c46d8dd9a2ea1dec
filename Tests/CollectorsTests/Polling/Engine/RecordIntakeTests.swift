import Collectors
import EventModel
import Testing

struct RecordMemoryTests {
    private func key(_ number: Int) -> RecordKey { RecordKey(high: 1, low: UInt64(number)) }

    @Test func knowsWhatItWasTold() {
        var memory = RecordMemory([.init(key: key(1), time: Timestamp(seconds: 5))], limit: 10)
        #expect(memory.contains(key(1)) && !memory.contains(key(2)))
        let (new, repeated) = (memory.insert(key(2), at: Timestamp(seconds: 6)), memory.insert(key(2), at: Timestamp(seconds: 9)))
        #expect(new && !repeated && memory.count == 2)
    }

    @Test func forgettingKeepsItSmall() {
        var memory = RecordMemory(limit: 1_000_000)
        for number in 0..<50_000 {
            _ = memory.insert(key(number), at: Timestamp(seconds: Int64(number)))
            memory.forget(before: Timestamp(seconds: Int64(number - 100)))
            if number > 100 { #expect(memory.contains(key(number - 99))) }
        }
        #expect(memory.count <= 1_100)
    }

    @Test(arguments: [1, 0] as [Int64])
    func aFullMemoryForgetsTheOldestAndSaysSo(_ step: Int64) {
        var memory = RecordMemory(limit: 100)
        for number in 0..<100 { _ = memory.insert(key(number), at: Timestamp(seconds: Int64(number) * step)) }
        #expect(memory.shrink() == nil)
        _ = memory.insert(key(100), at: Timestamp(seconds: 100 * step))
        #expect(memory.shrink() != nil)
        #expect(memory.count <= 100)
        if step > 0 { #expect(memory.contains(key(100)) && !memory.contains(key(0))) }
    }
}

struct RecordIdentityTests {
    private func key(_ json: String, _ id: [String], occurrence: Int = 0) -> RecordKey {
        let bytes = Array(json.utf8)
        return RecordIdentity.key(bytes, bytes.indices, id: id.map { JSONPath($0) }, occurrence: occurrence)
    }

    @Test func sameIdSameKey() {
        #expect(key(#"{"id":"1","x":1}"#, ["id"]) == key(#"{"x":2,"id":"1"}"#, ["id"]))
        #expect(key(#"{"id":"1"}"#, ["id"]) != key(#"{"id":"2"}"#, ["id"]))
        #expect(key(#"{"a":"1","b":"2"}"#, ["a", "b"]) != key(#"{"a":"12","b":""}"#, ["a", "b"]))
        #expect(key(#"{"a":"1"}"#, ["a", "b"]) == key(#"{"a":"1"}"#, ["a", "b"]), "a part may be missing")
    }

    @Test func withoutAnIdTheRecordIsItsOwn() {
        #expect(key(#"{"x":1}"#, ["id"]) != key(#"{"x":2}"#, ["id"]))
        #expect(key(#"{"id":null,"x":1}"#, ["id"]) != key(#"{"id":null,"x":2}"#, ["id"]))
        #expect(key("x", []) == key("x", []) && key("x", []) != key("x", [], occurrence: 1))
    }
}
