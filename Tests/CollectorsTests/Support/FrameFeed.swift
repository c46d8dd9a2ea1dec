import Collectors
import EventModel
import Testing

/// Feeds bytes to a framing in pieces, as a socket would, and gathers what comes out.
enum FrameFeed {
    struct Frame: Equatable {
        var bytes: [UInt8]
        var flaw: RecordFlaw
    }

    /// - Parameter cuts: rising positions at which the reads are cut.
    static func frames(of bytes: [UInt8], _ mode: SyslogFraming.Mode, _ limit: Int, cuts: [Int] = []) -> [Frame] {
        var framing = SyslogFraming(mode: mode, maximumFrameBytes: limit)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "test"))
        var frames: [Frame] = []
        let time = Timestamp(microseconds: 1)
        var start = 0
        for cut in cuts + [bytes.count] {
            var piece = bytes[start..<cut]
            while !piece.isEmpty {
                piece = piece.dropFirst(piece.withUnsafeBytes { framing.consume($0, into: &builder, at: time) })
                if builder.isFull || piece.isEmpty { frames += take(&builder) }
                #expect(framing.bufferedBytes <= max(limit, 22), "bounded by the limit, or by a count's digits")
            }
            start = cut
        }
        framing.finish(into: &builder, at: time)
        return frames + take(&builder)
    }

    private static func take(_ builder: inout RecordBatchBuilder) -> [Frame] {
        guard let batch = builder.finish() else { return [] }
        #expect(batch.records.count <= RecordBatchBuilder.maximumRecords)
        return batch.records.indices.map { Frame(bytes: Array(batch.raw($0)), flaw: batch.records[$0].flaw) }
    }
}
