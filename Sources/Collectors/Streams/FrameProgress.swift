package import NIOCore

/// Whether a frame that was begun gets on: after a grace it must have come at 1 KiB a second on average. A peer that
/// sends a byte now and then is never idle, and would keep a connection for ever.
///
/// Idle connections, which have begun no frame, are for the idle timeout. Time that we did not read in counts as the peer's; so
/// it is not asked while we do not.
package struct FrameProgress {
    private static let bytesPerSecond: Int64 = 1 << 10

    private let grace: TimeAmount
    /// The frame that has begun, by its number in the connection, and when it was first seen unfinished.
    private var open: (frame: Int, since: NIODeadline)?

    package init(grace: TimeAmount) {
        self.grace = grace
    }

    /// To be told after each read.
    ///
    /// - Parameters:
    ///   - frame: the number of the frame that is unfinished; nil if none is.
    ///   - now: the time by the loop's clock.
    package mutating func note(frame: Int?, at now: NIODeadline) {
        guard let frame else {
            open = nil
            return
        }
        if open?.frame != frame { open = (frame, now) }
    }

    /// The reading was ours to stop: the peer's time begins again.
    package mutating func restart(at now: NIODeadline) {
        if let frame = open?.frame { open = (frame, now) }
    }

    /// When the open frame, of which so many bytes have come, will be too slow; nil if none is open.
    package func deadline(bytes: Int) -> NIODeadline? {
        guard let open else { return nil }
        return open.since + grace + .milliseconds(Int64(bytes) * 1_000 / Self.bytesPerSecond)
    }
}
