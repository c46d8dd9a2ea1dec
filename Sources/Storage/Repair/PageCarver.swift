#if canImport(Glibc)
    import Glibc
#endif

/// Finds rows of the table `blocks` on the pages of a damaged `siem.db`, without the tree that leads to them: for when that
/// tree, or the page with the schema, is what is damaged (sqlite.org/fileformat2.html).
///
/// It looks at every page that could be a leaf of a table. What it finds may be of a row that was deleted: blocks carry a
/// checksum and their numbers, and whoever asks has to know which numbers are stored elsewhere.
final class PageCarver {
    /// The columns of `blocks`.
    private static let columnCount = 13
    private static let leaf: UInt8 = 0x0d
    /// One block with its keys, with room.
    private static let maximumPayload = 512 << 20

    private let main: Int32
    private let log: Int32
    private let pageSize: Int
    private let pageCount: Int
    /// Where in the write-ahead log a page's latest state is; no more pages than the log has.
    private var logged: [Int: Int] = [:]

    /// - Parameter path: of the database; its write-ahead log is read with it if there is one.
    init(_ path: String) throws {
        main = open(path, O_RDONLY | O_CLOEXEC)
        if main < 0 { throw DiskFile.failure("cannot open", path) }
        log = open(path + "-wal", O_RDONLY | O_CLOEXEC)
        let size = DiskFile.change(of: path)?.bytes ?? 0
        let head = Self.read(main, at: 0, count: 100) ?? []
        let told = head.count == 100 ? Int(head[16]) << 8 | Int(head[17]) : 0
        pageSize = (9...15).contains(where: { told == 1 << $0 }) ? told : told == 1 ? 65_536 : Schema.pageSize
        pageCount = size / pageSize
        if log >= 0 { readLog(DiskFile.change(of: path + "-wal")?.bytes ?? 0) }
    }

    deinit {
        close(main)
        if log >= 0 { close(log) }
    }

    /// Calls `body` with the values of each row found, as the columns of `blocks`.
    func blocks(_ body: ([SQLiteValue]) throws -> Void) throws {
        for number in stride(from: 1, through: pageCount, by: 1) { try blocks(on: number, body) }
        for number in logged.keys.sorted() where number > pageCount { try blocks(on: number, body) }
    }

    private func blocks(on number: Int, _ body: ([SQLiteValue]) throws -> Void) throws {
        guard let page = page(number) else { return }
        let start = number == 1 ? 100 : 0
        guard page[start] == Self.leaf else { return }
        for cell in 0..<Int(Self.word16(page, start + 3)) {
            let pointer = start + 8 + cell * 2
            guard pointer + 2 <= page.count else { return }
            if let row = row(page, at: Int(Self.word16(page, pointer))) { try body(row) }
        }
    }

    // MARK: - Rows

    /// The row whose cell begins there; nil if there is none of `blocks`.
    private func row(_ page: [UInt8], at offset: Int) -> [SQLiteValue]? {
        var place = offset
        guard let length = Self.varint(page, &place), let number = Self.varint(page, &place), length > 0,
            length <= Int64(min(Self.maximumPayload, (pageCount + logged.count) * pageSize)), number > 0
        else { return nil }
        // A record of `blocks` begins with its length and a null for its number: most cells are told by that.
        guard place + 2 <= page.count, page[place] > UInt8(Self.columnCount), page[place + 1] == 0,
            let payload = payload(page, at: place, count: Int(length))
        else { return nil }
        return record(payload, number)
    }

    /// A cell's payload, with what is on other pages.
    private func payload(_ page: [UInt8], at offset: Int, count: Int) -> [UInt8]? {
        var local = count
        if count > pageSize - 35 {
            let least = (pageSize - 12) * 32 / 255 - 23
            let some = least + (count - least) % (pageSize - 4)
            local = some <= pageSize - 35 ? some : least
        }
        guard offset + local + (local < count ? 4 : 0) <= page.count else { return nil }
        var bytes = Array(page[offset..<offset + local])
        var next = local < count ? Int(Self.word32(page, offset + local)) : 0
        while bytes.count < count {
            // No page has nothing of it, so this ends.
            guard next > 0, let more = self.page(next) else { return nil }
            bytes += more[4..<min(pageSize, 4 + count - bytes.count)]
            next = Int(Self.word32(more, 0))
        }
        return bytes
    }

    private func record(_ bytes: [UInt8], _ number: Int64) -> [SQLiteValue]? {
        var place = 0
        guard let headLength = Self.varint(bytes, &place), headLength <= 256, Int(headLength) <= bytes.count else { return nil }
        var values: [SQLiteValue] = []
        var content = Int(headLength)
        while place < Int(headLength), values.count < Self.columnCount {
            guard let type = Self.varint(bytes, &place), let value = Self.value(type, bytes, &content) else { return nil }
            values.append(value)
        }
        guard values.count == Self.columnCount, values[0] == .null, content == bytes.count,
            case .blob(let data) = values[Self.columnCount - 1], data.starts(with: "PMTB".utf8)
        else { return nil }
        values[0] = .integer(number)
        return values
    }

    private static func value(_ type: Int64, _ bytes: [UInt8], _ place: inout Int) -> SQLiteValue? {
        let lengths = [0, 1, 2, 3, 4, 6, 8]
        switch type {
        case 0: return .null
        case 1...6:
            let length = lengths[Int(type)]
            guard place + length <= bytes.count else { return nil }
            var number = Int64(Int8(bitPattern: bytes[place]))
            for byte in bytes[place + 1..<place + length] { number = number << 8 | Int64(byte) }
            place += length
            return .integer(number)
        case 8, 9: return .integer(type - 8)
        case 12...:
            let length = Int((type - 12) / 2)
            guard length <= bytes.count - place else { return nil }
            defer { place += length }
            let part = bytes[place..<place + length]
            return type % 2 == 0 ? .blob(Array(part)) : .text(String(decoding: part, as: UTF8.self))
        default: return nil
        }
    }

    // MARK: - Pages

    private func page(_ number: Int) -> [UInt8]? {
        if let offset = logged[number] { return Self.read(log, at: offset, count: pageSize) }
        return number <= pageCount ? Self.read(main, at: (number - 1) * pageSize, count: pageSize) : nil
    }

    /// Notes the frames of the log, up to the first that is of an earlier one.
    private func readLog(_ size: Int) {
        guard let head = Self.read(log, at: 0, count: 32), Int(Self.word32(head, 8)) == pageSize else { return }
        var offset = 32
        while offset + 24 + pageSize <= size, let frame = Self.read(log, at: offset, count: 24), frame[8..<16] == head[16..<24] {
            logged[Int(Self.word32(frame, 0))] = offset + 24
            offset += 24 + pageSize
        }
    }

    private static func read(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    private static func word16(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }

    private static func word32(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        UInt32(word16(bytes, offset)) << 16 | UInt32(word16(bytes, offset + 2))
    }

    /// SQLite's variable-length integer: groups of seven bits, the highest first, the ninth byte whole.
    private static func varint(_ bytes: [UInt8], _ place: inout Int) -> Int64? {
        var number: UInt64 = 0
        for index in 0..<9 {
            guard place < bytes.count else { return nil }
            let byte = bytes[place]
            place += 1
            if index == 8 { return Int64(bitPattern: number << 8 | UInt64(byte)) }
            number = number << 7 | UInt64(byte & 0x7f)
            if byte < 0x80 { return Int64(bitPattern: number) }
        }
        return nil
    }
}
