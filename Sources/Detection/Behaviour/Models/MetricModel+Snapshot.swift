import EventModel

extension MetricModel {
    private static let format: UInt64 = 1

    /// The whole model as bytes; equal models give equal bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.format)
        writer.write(configuration.bucketWidth)
        writer.write(configuration.isSeasonal)
        writer.write(samples)
        for number in [shortMean, middleMean, longMean, told] { writer.writeFixed(number.bitPattern) }
        writer.write(toldAt)
        writer.write(epochStart.microseconds)
        writer.write(previousStart.microseconds)
        for view in extremes {
            writer.write(Int(view.samples))
            for number in [view.low, view.high, view.epochLow, view.epochHigh] { writer.writeFixed(number.bitPattern) }
        }
        for hour in seasonCounts.indices {
            writer.write(Int(seasonCounts[hour]))
            writer.writeFixed(seasonValues[hour].bitPattern)
            writer.writeFixed(seasonLogarithms[hour].bitPattern)
        }
        writer.seal()
        return writer.bytes
    }

    /// Restores a model. One of another bucket width or seasonality is none of this configuration: `unknownFormat`. Suppression
    /// and direction may have changed.
    public init(_ configuration: Configuration, snapshot: [UInt8]) throws(SnapshotError) {
        self.init(configuration)
        var reader = try SnapshotReader(snapshot)
        guard try reader.unsigned() == Self.format, try reader.integer() == configuration.bucketWidth,
            try reader.boolean() == configuration.isSeasonal
        else { throw .unknownFormat }
        samples = try reader.bounded(0...Int64(Int32.max) * 1_000)
        shortMean = try reader.number()
        middleMean = try reader.number()
        longMean = try reader.number()
        told = try reader.number()
        toldAt = try reader.bounded(0...Int64(samples))
        epochStart.microseconds = try reader.integer()
        previousStart.microseconds = try reader.integer()
        for view in extremes.indices {
            extremes[view].samples = Int32(try reader.bounded(0...Int64(Int32.max)))
            extremes[view].low = try reader.number()
            extremes[view].high = try reader.number()
            extremes[view].epochLow = try reader.number()
            extremes[view].epochHigh = try reader.number()
        }
        for hour in seasonCounts.indices {
            seasonCounts[hour] = UInt8(try reader.bounded(0...255))
            seasonValues[hour] = try reader.number()
            seasonLogarithms[hour] = try reader.number()
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}
