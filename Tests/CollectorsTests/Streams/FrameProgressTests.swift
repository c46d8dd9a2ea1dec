import Collectors
import NIOCore
import Testing

struct FrameProgressTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test(
        arguments: [
            // Bytes that have come, seconds until it is too slow.
            (1, 60), (1_024, 61), (60 * 1_024, 120), (1 << 20, 1_084),
        ])
    func theMoreHasComeTheLongerItMayTake(bytes: Int, seconds: Int) {
        var progress = FrameProgress(grace: .seconds(60))
        progress.note(frame: 7, at: Self.start)
        progress.note(frame: 7, at: Self.start + .seconds(30))
        let deadline = progress.deadline(bytes: bytes)
        #expect(deadline.map { ($0 - Self.start).nanoseconds / 1_000_000_000 } == Int64(seconds))
    }

    @Test func eachFrameBeginsAnew() {
        var progress = FrameProgress(grace: .seconds(60))
        #expect(progress.deadline(bytes: 10) == nil)
        progress.note(frame: 0, at: Self.start)
        progress.note(frame: 1, at: Self.start + .seconds(50))
        #expect(progress.deadline(bytes: 0) == Self.start + .seconds(110))
        progress.note(frame: nil, at: Self.start + .seconds(51))
        #expect(progress.deadline(bytes: 0) == nil)
    }

    @Test func ourOwnPausesDoNotCount() {
        var progress = FrameProgress(grace: .seconds(60))
        progress.restart(at: Self.start)
        #expect(progress.deadline(bytes: 0) == nil)
        progress.note(frame: 3, at: Self.start)
        progress.restart(at: Self.start + .seconds(300))
        #expect(progress.deadline(bytes: 0) == Self.start + .seconds(360))
    }
}
