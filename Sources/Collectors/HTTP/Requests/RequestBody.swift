import EventModel
import NIOCore

/// The body of one request as it comes in: decompressed, bounded, and its memory counted for as long as it is held.
final class RequestBody {
    /// Where a body begins; it doubles from here.
    private static let firstBytes = 16 * 1024

    let arena: Arena
    private let budget: MemoryBudget
    private let maximumBytes: Int
    private var counted: Int
    private var decompressor: Decompressor?
    /// Bytes on the wire.
    private(set) var received = 0

    /// - Throws: `.busy` if there is no memory for it, `.unsupportedEncoding`.
    init(encoding: String?, maximumBytes: Int, budget: MemoryBudget) throws(RequestFailure) {
        decompressor = try Self.format(encoding).map { Decompressor($0, CompressionLimits(maximumBytes: maximumBytes)) }
        guard budget.take(Self.firstBytes) else { throw .busy }
        arena = Arena(capacity: Self.firstBytes)
        counted = Self.firstBytes
        self.budget = budget
        self.maximumBytes = maximumBytes
    }

    deinit { budget.give(counted) }

    /// `Content-Encoding` (RFC 9110 section 8.4); several, one over the other, are not taken.
    private static func format(_ encoding: String?) throws(RequestFailure) -> CompressionFormat? {
        switch encoding?.lowercased() {
        case nil, "", "identity": return nil
        case "gzip", "x-gzip": return .gzip
        case "deflate": return .deflate
        case "zstd": return .zstd
        case let other?: throw .unsupportedEncoding(other)
        }
    }

    func append(_ piece: ByteBuffer) throws(RequestFailure) {
        received += piece.readableBytes
        let view = piece.readableBytesView
        let result: Result<Void, RequestFailure>? = view.withContiguousStorageIfAvailable { bytes in
            do throws(RequestFailure) {
                try self.append(UnsafeRawBufferPointer(bytes))
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result?.get()  // A view of a buffer always has storage.
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws(RequestFailure) {
        guard decompressor != nil else { return try keep(bytes) }
        var failure: RequestFailure?
        do throws(CompressionError) {
            try decompressor?.inflate(bytes) { (piece) throws(CompressionError) in
                do throws(RequestFailure) {
                    try self.keep(piece)
                } catch {
                    failure = error
                    throw CompressionError(.tooLarge, at: 0)
                }
            }
        } catch {
            if let failure { throw failure }
            throw Self.failure(error)
        }
    }

    /// The body has ended.
    func finish() throws(RequestFailure) {
        do throws(CompressionError) { try decompressor?.finish() } catch { throw Self.failure(error) }
        decompressor = nil
    }

    private static func failure(_ error: CompressionError) -> RequestFailure {
        switch error.code {
        case .tooLarge, .ratio, .window: .tooLarge("the body, decompressed, is larger than is allowed: \(error.code.rawValue)")
        case .corrupt, .truncated: .invalid("the body cannot be decompressed, \(error)")
        }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) throws(RequestFailure) {
        guard arena.count + bytes.count <= maximumBytes else {
            throw .tooLarge("the body is larger than \(maximumBytes) bytes")
        }
        // As the arena will grow.
        var capacity = arena.capacity
        while capacity < arena.count + bytes.count { capacity *= 2 }
        guard capacity == arena.capacity || budget.take(capacity - arena.capacity) else { throw .busy }
        counted += capacity - arena.capacity
        arena.append(bytes)
    }
}
