import EventModel

/// Writes the small parts of a block: numbers, names, and runs of bytes with their length in front.
extension Arena {
    func append(varint number: Int) { append(word: UInt64(truncatingIfNeeded: number)) }

    func append(signed number: Int64) { append(word: Varint.zigzag(number)) }

    func append(word number: UInt64) {
        reserve(Varint.maximumLength)
        let start = (base + count).assumingMemoryBound(to: UInt8.self)
        var p = start
        Varint.write(number, &p)
        setCount(count + (p - start))
    }

    func append(counted bytes: UnsafeRawBufferPointer) {
        append(varint: bytes.count)
        append(bytes)
    }

    func append(counted text: String) {
        append(varint: text.utf8.count)
        append(text)
    }

    var contents: UnsafeRawBufferPointer { slice(0, count) }
}

extension ByteReader {
    /// A run of bytes with its length in front.
    mutating func counted() throws(BlockError) -> UnsafeRawBufferPointer {
        let length = try count(remaining)
        return try bytes(length)
    }
}
