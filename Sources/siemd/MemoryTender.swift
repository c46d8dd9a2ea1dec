import CMalloc
import ServiceLifecycle

/// Gives freed memory back to the kernel when there is much of it.
///
/// Batches and the work of compaction leave holes all over the heap. malloc keeps them, and only ever gives back what lies at the
/// end: after a busy hour, or one large compaction, the process would stay as large as it once was.
struct MemoryTender: Service {
    private static let interval: Duration = .seconds(30)
    /// Less is soon used again.
    private static let worthwhileBytes = 48 << 20
    /// What stays at the end of the heap.
    private static let keptBytes = 8 << 20

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do { try await Task.sleep(for: Self.interval) } catch { return }
                if mallinfo2().fordblks >= Self.worthwhileBytes { malloc_trim(Self.keptBytes) }
            }
        }
    }
}
