import EventModel

// Hot path.

/// Groups by the codes of columns: text is looked at once a distinct value of a block, not once a row.
extension GroupOperator {
    func addColumns(_ batch: ColumnBatch, _ columns: [Int: Int]) throws(SearchFailure) -> Bool {
        let slots = grouping.slots + grouping.aggregates.compactMap(\.slot)
        guard grouping.slots.count <= 2, slots.allSatisfy({ columns[$0] != nil }) else { return false }
        let by = grouping.slots.compactMap { columns[$0] }
        if by.count <= 1 && slots.count == by.count {
            try countCodes(batch, by.first)
            return true
        }
        // Lists put a row into several groups; rows are made for those.
        guard slots.allSatisfy({ columns[$0].map { batch.columns[$0].starts == nil } ?? false }) else { return false }
        let groups = try rowGroups(batch, by)
        for (index, aggregate) in grouping.aggregates.enumerated() {
            if let slot = aggregate.slot, let place = columns[slot] {
                try add(batch.columns[place], of: batch, groups, index, aggregate.function)
            } else {
                for (row, group) in groups.enumerated() where group >= 0 {
                    table.addCount(batch.weights?[row] ?? 1, group: Int(group), aggregate: index)
                }
            }
        }
        return true
    }

    // MARK: Counting

    /// Nothing but counts, by one column or none.
    private func countCodes(_ batch: ColumnBatch, _ place: Int?) throws(SearchFailure) {
        guard let place else {
            if batch.count > 0 { try count(batch.weights?.reduce(0, +) ?? batch.count, []) }
            return
        }
        var codes = CodeCounts(batch.columns[place])
        if let weights = batch.weights {
            for row in 0..<batch.count { codes.add(row, weight: weights[row]) }
        } else {
            codes.addAll(batch.count)
        }
        try flush(&codes, after: [])
    }

    /// Adds what was counted to the groups whose keys begin with `prefix`.
    func flush(_ codes: inout CodeCounts, after prefix: [FieldValue]) throws(SearchFailure) {
        for code in codes.touched {
            let value = codes.column.values[code]
            let group = try prefix.isEmpty ? table.group(value) : table.group(prefix + [value])
            count(codes.take(code), in: group)
        }
        codes.touched.removeAll(keepingCapacity: true)
        if codes.missing > 0 && keepsMissing { try count(codes.missing, prefix + [.null]) }
        codes.missing = 0
    }

    func count(_ rows: Int, _ key: [FieldValue]) throws(SearchFailure) {
        count(rows, in: try table.group(key))
    }

    private func count(_ rows: Int, in group: Int) {
        for index in grouping.aggregates.indices { table.addCount(rows, group: group, aggregate: index) }
    }

    // MARK: Values

    /// The group of each row; -1 for rows that are in none.
    private func rowGroups(_ batch: ColumnBatch, _ by: [Int]) throws(SearchFailure) -> [Int32] {
        var groups = [Int32](repeating: -1, count: batch.count)
        switch by.count {
        case 0:
            guard batch.count > 0 else { return groups }
            let group = Int32(truncatingIfNeeded: try table.group([]))
            for row in groups.indices { groups[row] = group }
        case 1:
            // The last place is that of rows without a value.
            let column = batch.columns[by[0]]
            var known = [Int32](repeating: -1, count: column.values.count + 1)
            for row in 0..<batch.count {
                let place = min(Int(column.codes[row]), column.values.count)
                if known[place] < 0 { known[place] = try group([column.value(place)]) }
                groups[row] = known[place]
            }
        default:
            let (one, two) = (batch.columns[by[0]], batch.columns[by[1]])
            var known: [UInt64: Int32] = [:]
            for row in 0..<batch.count {
                let pair = UInt64(one.codes[row]) << 32 | UInt64(two.codes[row])
                if let group = known[pair] {
                    groups[row] = group
                } else {
                    let made = try group([one.value(Int(one.codes[row])), two.value(Int(two.codes[row]))])
                    known[pair] = made
                    groups[row] = made
                }
            }
        }
        return groups
    }

    private func group(_ key: [FieldValue]) throws(SearchFailure) -> Int32 {
        if !keepsMissing && key.contains(where: \.isNull) { return -1 }
        return Int32(truncatingIfNeeded: try table.group(key))
    }

    /// Adds a column's values to an aggregate.
    private func add(
        _ column: ColumnBatch.Column, of batch: ColumnBatch, _ groups: [Int32], _ index: Int, _ function: AggregateFunction
    ) throws(SearchFailure) {
        // What a group has seen of a block need not be looked at again.
        let once = function == .dc || function == .values || function == .min || function == .max
        var seen: Set<UInt64> = []
        let hasTimes = batch.times.count == batch.count && batch.sequences.count == batch.count
        for row in 0..<batch.count where groups[row] >= 0 && column.codes[row] != ColumnBatch.Column.missing {
            let group = Int(groups[row])
            let code = column.codes[row]
            if once && !seen.insert(UInt64(group) << 32 | UInt64(code)).inserted { continue }
            if function == .count {
                table.addCount(1, group: group, aggregate: index)
                continue
            }
            try table.add(
                column.values[Int(code)], time: hasTimes ? batch.times[row] : Timestamp(microseconds: 0),
                sequence: hasTimes ? batch.sequences[row] : 0, group: group, aggregate: index)
        }
    }
}

extension ColumnBatch.Column {
    /// The value of a code; null for one beyond the dictionary.
    fileprivate func value(_ code: Int) -> FieldValue { code < values.count ? values[code] : .null }
}
