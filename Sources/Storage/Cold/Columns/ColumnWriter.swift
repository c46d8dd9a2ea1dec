import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: codes and rows of a column are `count` each; values lie within its bytes.

/// Writes the columns of one block, each as a whole; later ones say what they have in common with earlier ones.
final class ColumnWriter {
    private let values: ValueListWriter
    private let integers: IntegerList
    private var infos: [ColumnInfo] = []
    private var codeHashes: [UInt64] = []
    private var byCodes: [UInt64: [Int]] = [:]
    /// Columns with codes of their own, candidates for others to follow.
    private var roots: [Int] = []
    private let trial = Arena(capacity: 64 << 10)
    private var numbers: [Int64] = []
    private var map: [UInt32] = []
    private var direct = PlainBuffer<UInt32>(capacity: 16 << 10)
    private let directBytes = Arena(capacity: 256 << 10)
    private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    private let unescaper = JSONScanner(catalog: FieldCatalog(), limits: JSONLimits(maximumBytes: Field.maximumLength))

    /// How many columns with the same codes are looked at for the same values, and how many for a function.
    private static let maximumCandidates = 16
    private static let maximumRoots = 256

    init(_ zstd: Zstd) {
        values = ValueListWriter(zstd)
        integers = IntegerList(zstd)
    }

    deinit { scratch.deallocate() }

    func reset() {
        infos.removeAll(keepingCapacity: true)
        codeHashes.removeAll(keepingCapacity: true)
        byCodes.removeAll(keepingCapacity: true)
        roots.removeAll(keepingCapacity: true)
    }

    /// Appends the segment of the column to `output`.
    /// - Parameters:
    ///   - columns: all columns of the block; those before `index` have been written.
    ///   - times: the time of each row of the block, in microseconds.
    func append(
        _ columns: UnsafeBufferPointer<Unmanaged<ValueColumn>>, _ index: Int, times: UnsafePointer<Int64>, to output: Arena
    ) -> ColumnInfo {
        let column = columns[index].takeUnretainedValue()
        var info = ColumnInfo(column)
        describe(column, &info)
        let start = output.count
        if let form = rowTime(column, times) {
            info.codeForm = .direct
            info.valueForm = .rowTime
            info.timeForm = form
            remember(info, 0, isRoot: false)
            return info
        }
        let hash = XXHash64.hash(
            UnsafeRawBufferPointer(start: column.codes.base, count: column.count * 4), seed: UInt64(column.count))
        let twins = byCodes[hash] ?? []
        var source = ValueSource(bytes: column.bytes.base, ends: UnsafePointer(column.ends.base), count: column.distinctCount)
        var isRoot = false
        if column.distinctCount == column.count {
            info.codeForm = .direct
        } else if let (base, form) = twinRows(column, twins, columns) {
            info.codeForm = .direct
            info.valueBase = base
            info.valueForm = form
            remember(info, hash, isRoot: false)
            return info
        } else if let twin = twins.first(where: {
            infos[$0].codeForm != .direct && hasCodes(of: columns[$0].takeUnretainedValue(), column)
        }) {
            info.codeForm = .shared
            info.codeBase = twin
        } else if let base = follow(column, columns) {
            info.codeForm = .mapped
            info.codeBase = base
            append(numbers: map, to: output)
        } else {
            isRoot = true
            info.codeForm = .own
            trial.setCount(0)
            append(numbers: column.codes, to: trial)
            if column.distinctCount * 4 > column.count, let whole = shorterWhole(column, source) {
                info.codeForm = .direct
                isRoot = false
                source = whole
            } else {
                output.append(trial.contents)
            }
        }
        if let (base, form) = twinValues(column, twins, columns), info.codeForm != .own, source.count == column.distinctCount {
            info.valueBase = base
            info.valueForm = form
        } else {
            info.valueForm = values.append(source, to: output)
        }
        info.length = output.count - start
        let segment = output.slice(start, info.length)
        if info.length <= ColumnInfo.maximumInline {
            info.inline = [UInt8](segment)
            output.setCount(start)
        } else {
            info.checksum = XXHash64.hash(segment)
        }
        remember(info, hash, isRoot: isRoot)
        return info
    }

    private func remember(_ info: ColumnInfo, _ hash: UInt64, isRoot: Bool) {
        if info.valueForm != .rowTime { byCodes[hash, default: []].append(infos.count) }
        if isRoot, info.distinct > 1, roots.count < Self.maximumRoots { roots.append(infos.count) }
        infos.append(info)
    }

    private func append(numbers codes: borrowing PlainBuffer<UInt32>, to output: Arena) {
        numbers.removeAll(keepingCapacity: true)
        for index in 0..<codes.count { numbers.append(Int64(codes[index])) }
        numbers.withUnsafeBufferPointer { integers.append($0, to: output) }
    }

    private func append(numbers codes: [UInt32], to output: Arena) {
        numbers.removeAll(keepingCapacity: true)
        for code in codes { numbers.append(Int64(code)) }
        numbers.withUnsafeBufferPointer { integers.append($0, to: output) }
    }

    // MARK: - What is worth knowing without the segment

    private func describe(_ column: ValueColumn, _ info: inout ColumnInfo) {
        var least = Int64.max
        var most = Int64.min
        var isNumber = true
        for code in 0..<column.distinctCount {
            let value = column.value(code)
            info.longest = max(info.longest, value.count)
            let bits = TextFilter.bits(of: value)
            info.alphabet |= bits
            // Escapes stand for other bytes than their own.
            if bits & TextFilter.backslash != 0, column.key.role == .scalar {
                info.alphabet |= JSONToken.unescaped(value, unescaper).withUnsafeBytes { TextFilter.bits(of: $0) }
            }
            if isNumber {
                if let number = DecimalText.parse(value) {
                    least = min(least, number)
                    most = max(most, number)
                } else {
                    isNumber = false
                }
            }
        }
        if isNumber { info.range = least...most }
    }

    // MARK: - Times

    /// The form in which every value is its row's time; nil if there is none.
    private func rowTime(_ column: ValueColumn, _ times: UnsafePointer<Int64>) -> UInt8? {
        let first = column.value(0)
        let isQuoted = first.count > 2 && first[0] == UInt8(ascii: "\"")
        guard let form = TimeForm.guess(isQuoted ? UnsafeRawBufferPointer(rebasing: first[1..<first.count - 1]) : first) else {
            return nil
        }
        for index in 0..<column.count {
            let value = column.value(Int(column.codes[index]))
            let length = RowTimeText.write(form, isQuoted, times[Int(column.rows[index])], to: scratch)
            guard length == value.count, memcmp(scratch, value.baseAddress.unsafelyUnwrapped, length) == 0 else { return nil }
        }
        return form.byte | (isQuoted ? RowTimeText.quoted : 0)
    }

    // MARK: - Other columns

    private func hasCodes(of other: ValueColumn, _ column: ValueColumn) -> Bool {
        other.count == column.count && memcmp(other.codes.base, column.codes.base, column.count * 4) == 0
    }

    /// A column with the same codes whose values are these, or are these in quotes.
    private func twinValues(
        _ column: ValueColumn, _ twins: [Int], _ columns: UnsafeBufferPointer<Unmanaged<ValueColumn>>
    ) -> (Int, ValueForm)? {
        for twin in twins.prefix(Self.maximumCandidates) {
            let other = columns[twin].takeUnretainedValue()
            guard hasCodes(of: other, column), infos[twin].codeForm != .direct || column.distinctCount == column.count else {
                continue
            }
            if other.bytes.count == column.bytes.count, hasValues(of: other, column, quotes: 0) { return (twin, .same) }
            if other.bytes.count == column.bytes.count + 2 * column.distinctCount, hasValues(of: other, column, quotes: 1) {
                return (twin, .unquoted)
            }
        }
        return nil
    }

    /// Like `twinValues`, for columns that have values in common and were written row by row all the same.
    private func twinRows(
        _ column: ValueColumn, _ twins: [Int], _ columns: UnsafeBufferPointer<Unmanaged<ValueColumn>>
    ) -> (Int, ValueForm)? {
        for twin in twins.prefix(Self.maximumCandidates) where infos[twin].codeForm == .direct {
            let other = columns[twin].takeUnretainedValue()
            guard hasCodes(of: other, column) else { continue }
            if hasValues(of: other, column, quotes: 0) { return (twin, .same) }
            if hasValues(of: other, column, quotes: 1) { return (twin, .unquoted) }
        }
        return nil
    }

    private func hasValues(of other: ValueColumn, _ column: ValueColumn, quotes: Int) -> Bool {
        for code in 0..<column.distinctCount {
            let (value, theirs) = (column.value(code), other.value(code))
            guard theirs.count == value.count + 2 * quotes else { return false }
            if quotes == 1, theirs[0] != UInt8(ascii: "\"") || theirs[theirs.count - 1] != UInt8(ascii: "\"") { return false }
            if memcmp(theirs.baseAddress.unsafelyUnwrapped + quotes, value.baseAddress.unsafelyUnwrapped, value.count) != 0 {
                return false
            }
        }
        return true
    }

    /// A column of whose codes this one's are a function, and which has every row of this one; `map` is the function then.
    private func follow(_ column: ValueColumn, _ columns: UnsafeBufferPointer<Unmanaged<ValueColumn>>) -> Int? {
        guard column.distinctCount > 1 else { return nil }
        var best: Int?
        for root in roots {
            let other = columns[root].takeUnretainedValue()
            guard other.distinctCount >= column.distinctCount, other.distinctCount * 2 <= column.count else { continue }
            if let best, columns[best].takeUnretainedValue().distinctCount <= other.distinctCount { continue }
            if isFunction(column, of: other) { best = root }
        }
        if let best { _ = isFunction(column, of: columns[best].takeUnretainedValue()) }
        return best
    }

    private func isFunction(_ column: ValueColumn, of other: ValueColumn) -> Bool {
        guard other.count >= column.count else { return false }
        map = [UInt32](repeating: .max, count: other.distinctCount)
        let (rows, otherRows) = (column.rows.base, other.rows.base)
        let (codes, otherCodes) = (column.codes.base, other.codes.base)
        var place = 0
        let isFunction = map.withUnsafeMutableBufferPointer { map in
            for index in 0..<column.count {
                while place < other.count, otherRows[place] < rows[index] { place += 1 }
                guard place < other.count, otherRows[place] == rows[index] else { return false }
                let code = Int(otherCodes[place])
                if map[code] == .max {
                    map[code] = codes[index]
                } else if map[code] != codes[index] {
                    return false
                }
            }
            return true
        }
        guard isFunction else { return false }
        for code in map.indices where map[code] == .max { map[code] = 0 }
        return true
    }

    // MARK: - Many distinct values

    /// The values row by row, if they are shorter that way than with the codes in `trial`.
    private func shorterWhole(_ column: ValueColumn, _ distinct: ValueSource) -> ValueSource? {
        guard column.bytes.count * column.count / max(column.distinctCount, 1) < 64 << 20 else { return nil }
        direct.removeAll()
        directBytes.setCount(0)
        for index in 0..<column.count {
            directBytes.append(column.value(Int(column.codes[index])))
            direct.append(UInt32(truncatingIfNeeded: directBytes.count))
        }
        let whole = ValueSource(bytes: directBytes.base, ends: UnsafePointer(direct.base), count: column.count)
        let codes = trial.count
        values.append(distinct, to: trial)
        let withCodes = trial.count
        values.append(whole, to: trial)
        let alone = trial.count - withCodes
        trial.setCount(codes)
        return alone < withCodes ? whole : nil
    }
}

/// A row's time as a value of a column.
enum RowTimeText {
    /// Beside a `TimeForm`'s byte: in quotes.
    static let quoted: UInt8 = 0x40

    /// Needs 34 bytes of room. Returns the number of bytes.
    @inline(__always)
    static func write(_ form: TimeForm, _ isQuoted: Bool, _ time: Int64, to p: UnsafeMutablePointer<UInt8>) -> Int {
        guard isQuoted else { return form.write(time, to: p) }
        p[0] = UInt8(ascii: "\"")
        let length = form.write(time, to: p + 1)
        p[length + 1] = UInt8(ascii: "\"")
        return length + 2
    }
}
