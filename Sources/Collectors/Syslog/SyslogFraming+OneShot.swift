public import EventModel

extension SyslogFraming {
    /// All the frames of a complete input, for commands and tests. A last frame that the input's end cut off is among them,
    /// flagged `incompleteFrame`: it is kept, yet is no message.
    public static func frames(
        of input: [UInt8], mode: Mode, maximumFrameBytes: Int = 1 << 20
    ) -> [(bytes: [UInt8], flaw: RecordFlaw)] {
        var framing = SyslogFraming(mode: mode, maximumFrameBytes: maximumFrameBytes)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "input"))
        var frames: [(bytes: [UInt8], flaw: RecordFlaw)] = []
        let time = Timestamp(microseconds: 0)
        input.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                position += framing.consume(UnsafeRawBufferPointer(rebasing: bytes[position...]), into: &builder, at: time)
                frames += take(&builder)
            }
        }
        framing.finish(into: &builder, at: time)
        return frames + take(&builder)
    }

    private static func take(_ builder: inout RecordBatchBuilder) -> [(bytes: [UInt8], flaw: RecordFlaw)] {
        guard let batch = builder.finish() else { return [] }
        return batch.records.indices.map { (Array(batch.raw($0)), batch.records[$0].flaw) }
    }
}
