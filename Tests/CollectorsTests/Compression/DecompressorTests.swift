import CZlib
import CZstd
import Collectors
import TestSupport
import Testing

/// Compresses with the libraries themselves.
enum Packed {
    static func bytes(_ text: [UInt8], _ format: CompressionFormat, isRaw: Bool = false) -> [UInt8] {
        switch format {
        case .gzip: zlib(text, windowBits: 31)
        case .deflate: zlib(text, windowBits: isRaw ? -15 : 15)
        case .zstd: zstd(text)
        }
    }

    private static func zlib(_ text: [UInt8], windowBits: Int32) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, zlibVersion(), Int32(MemoryLayout<z_stream>.size))
        var text = text + [0]
        var out = [UInt8](repeating: 0, count: text.count + 1024)
        let made = text.withUnsafeMutableBufferPointer { input in
            out.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count - 1)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                #expect(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return output.count - Int(stream.avail_out)
            }
        }
        deflateEnd(&stream)
        return Array(out[..<made])
    }

    private static func zstd(_ text: [UInt8]) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: ZSTD_compressBound(text.count))
        let made = ZSTD_compress(&out, out.count, text, text.count, 3)
        #expect(ZSTD_isError(made) == 0)
        return Array(out[..<made])
    }
}

struct DecompressorTests {
    /// What comes out, read in pieces of so many bytes.
    static func unpack(
        _ packed: [UInt8], _ format: CompressionFormat, piece: Int = .max,
        limits: CompressionLimits = CompressionLimits(maximumBytes: 64 << 20)
    ) throws(CompressionError) -> [UInt8] {
        var decompressor = Decompressor(format, limits)
        var out: [UInt8] = []
        var start = 0
        while start < packed.count {
            let end = piece >= packed.count - start ? packed.count : start + piece
            let input = Array(packed[start..<end])
            let result: Result<Void, CompressionError> = input.withUnsafeBytes { bytes in
                do throws(CompressionError) {
                    try decompressor.inflate(bytes) { out += $0 }
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            try result.get()
            start = end
        }
        try decompressor.finish()
        return out
    }

    static let text = Array((0..<20_000).map { #"{"id":\#($0),"user":"dana@example.com"}"# }.joined(separator: "\n").utf8)

    @Test(arguments: CompressionFormat.allCases, [1, 7, 4096, Int.max])
    func `a stream comes out as it went in, whatever its pieces`(format: CompressionFormat, piece: Int) throws {
        let text = piece == 1 ? Array(Self.text.prefix(5_000)) : Self.text
        #expect(try Self.unpack(Packed.bytes(text, format), format, piece: piece) == text)
    }

    @Test func `deflate without its wrapping is read too`() throws {
        #expect(try Self.unpack(Packed.bytes(Self.text, .deflate, isRaw: true), .deflate, piece: 1000) == Self.text)
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd], [1, 5, Int.max])
    func `members one after the other are one stream`(format: CompressionFormat, piece: Int) throws {
        let packed = Packed.bytes(Array("one".utf8), format) + Packed.bytes([], format) + Packed.bytes(Array("two".utf8), format)
        #expect(try Self.unpack(packed, format, piece: piece) == Array("onetwo".utf8))
    }

    @Test func `zeros after gzip are padding`() throws {
        #expect(try Self.unpack(Packed.bytes(Array("one".utf8), .gzip) + [0, 0, 0], .gzip) == Array("one".utf8))
    }

    @Test(arguments: CompressionFormat.allCases)
    func `a stream cut anywhere is noticed`(format: CompressionFormat) {
        let packed = Packed.bytes(Array("the quick brown fox jumps over the lazy dog".utf8), format)
        for length in packed.indices {
            #expect(throws: CompressionError.self) { try Self.unpack(Array(packed[..<length]), format) }
        }
    }

    @Test(arguments: CompressionFormat.allCases)
    func `a bomb is stopped by its ratio, and by its size`(format: CompressionFormat) {
        let packed = Packed.bytes([UInt8](repeating: 0x20, count: 16 << 20), format)
        var code: CompressionError.Code?
        do { _ = try Self.unpack(packed, format) } catch { code = error.code }
        #expect(code == .ratio)
        do {
            _ = try Self.unpack(packed, format, limits: CompressionLimits(maximumBytes: 1 << 20, maximumRatio: .max))
        } catch {
            code = error.code
        }
        #expect(code == .tooLarge)
    }

    @Test func `a zstd frame that asks for a huge window is refused before it is allocated`() {
        // Magic, a header descriptor without content size, window of 2^41 bytes, one empty last block.
        let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0x00, 0x00]
        #expect(throws: CompressionError(.window, at: 0)) { try Self.unpack(frame, .zstd) }
    }

    @Test(arguments: CompressionFormat.allCases)
    func `damaged and random streams end in an error or in bounded output`(format: CompressionFormat) {
        var random = SeededGenerator(seed: 0x1f8b)
        let good = Packed.bytes(Array(Self.text.prefix(3_000)), format)
        for round in 0..<fuzzRounds(1_500) {
            var packed = good
            if round % 3 == 0 {
                packed = (0..<Int.random(in: 0..<200, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            } else {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    packed[Int.random(in: packed.indices, using: &random)] = .random(in: 0...255, using: &random)
                }
            }
            // Only that it ends, within its limits, matters here.
            let out = try? Self.unpack(
                packed, format, piece: Int.random(in: 1...300, using: &random), limits: CompressionLimits(maximumBytes: 100_000))
            #expect((out?.count ?? 0) <= 100_000)
        }
    }
}
