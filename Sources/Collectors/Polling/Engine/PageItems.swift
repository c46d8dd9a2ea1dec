import EventModel

/// The records of one answer: slices of its body, or objects that were made of its rows.
package struct PageItems: Sendable {
    package var bytes: [UInt8]
    package var ranges: [Range<Int>]
    /// Indices of records whose end was cut off.
    package var cut: Set<Int> = []

    package static let none = PageItems(bytes: [], ranges: [])

    package subscript(index: Int) -> ArraySlice<UInt8> { bytes[ranges[index]] }

    /// Takes the records out of an answer.
    /// - Parameter columns: names of rows' columns, from the answer or an earlier one; set where the answer has them.
    package static func take(
        from body: [UInt8], _ items: ItemsDescription, columns: inout [String], limits: PollLimits
    ) throws(PollError) -> PageItems {
        do throws(JSONError) {
            switch items.shape {
            case .list: return try list(body, items, limits)
            case .rows: return try rows(body, items, &columns, limits)
            case .csv: return csv(body, limits)
            }
        } catch {
            throw PollError(.transient, "the answer is no JSON that can be read (\(error)): \(Self.excerpt(body))")
        }
    }

    private static func excerpt(_ body: [UInt8]) -> String { PollResponse(status: 0, body: body).excerpt }

    private static func ranges(
        _ body: [UInt8], _ items: ItemsDescription, _ limits: PollLimits
    ) throws(JSONError) -> [Range<Int>]? {
        // Nothing at all is what some APIs answer where there is nothing.
        if items.mayBeAbsent, body.allSatisfy({ $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }) { return [] }
        try JSONReader.check(body, maximumDepth: limits.depth)
        guard let place = try JSONReader.value(body, at: items.path, maximumDepth: limits.depth) else {
            return items.mayBeAbsent ? [] : nil
        }
        if items.mayBeAbsent, body[place].elementsEqual("null".utf8) { return [] }
        return try JSONReader.items(body, in: place, maximumItems: limits.items, maximumDepth: limits.depth)
    }

    private static func list(_ body: [UInt8], _ items: ItemsDescription, _ limits: PollLimits) throws(JSONError) -> PageItems {
        guard let ranges = try ranges(body, items, limits) else { throw JSONError(.unexpectedByte, at: 0) }
        return PageItems(bytes: body, ranges: ranges)
    }

    private static func rows(
        _ body: [UInt8], _ items: ItemsDescription, _ columns: inout [String], _ limits: PollLimits
    ) throws(JSONError) -> PageItems {
        if let place = items.columns, let list = try JSONReader.value(body, at: place.list, maximumDepth: limits.depth) {
            let named = try JSONReader.items(body, in: list, maximumItems: 10_000, maximumDepth: limits.depth) ?? []
            columns = []
            for item in named {
                let name = try JSONReader.value(body, in: item, at: place.name, maximumDepth: limits.depth)
                columns.append(name.flatMap { JSONReader.text(body, $0) } ?? "column_\(columns.count + 1)")
            }
        }
        guard let rows = try ranges(body, items, limits) else { throw JSONError(.unexpectedByte, at: 0) }
        var json = JSONWriter(capacity: body.count)
        var made: [Range<Int>] = []
        for row in rows {
            guard let values = try JSONReader.items(body, in: row, maximumItems: 10_000, maximumDepth: limits.depth) else {
                throw JSONError(.unexpectedByte, at: row.lowerBound)
            }
            let start = json.bytes.count
            json.beginObject()
            for (index, value) in values.enumerated() {
                json.key(index < columns.count ? columns[index] : "column_\(index + 1)")
                json.raw(String(decoding: body[value], as: UTF8.self))
            }
            json.endObject()
            made.append(start..<json.bytes.count)
            json.newline()
        }
        return PageItems(bytes: json.bytes, ranges: made)
    }

    /// Each line as an object: names from the header line, every value a text.
    private static func csv(_ body: [UInt8], _ limits: PollLimits) -> PageItems {
        var reader = CSVReader(body)
        guard let header = reader.next() else { return .none }
        var items = PageItems(bytes: [], ranges: [])
        var json = JSONWriter(capacity: body.count * 2)
        while let row = reader.next() {
            let start = json.bytes.count
            json.beginObject()
            for (index, field) in row.fields.enumerated() {
                let isNamed = index < header.fields.count && !header.fields[index].isEmpty
                json.key(isNamed ? String(decoding: header.fields[index], as: UTF8.self) : "column_\(index + 1)")
                field.withUnsafeBytes { json.string($0) }
            }
            json.endObject()
            if row.isCut { items.cut.insert(items.ranges.count) }
            items.ranges.append(start..<json.bytes.count)
            json.newline()
        }
        items.bytes = json.bytes
        return items
    }
}
