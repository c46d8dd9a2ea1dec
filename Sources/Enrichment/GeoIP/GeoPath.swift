import CMaxMindDB

/// The place of a value in an entry of a MaxMind database: names of members, and numbers in lists.
final class GeoPath: @unchecked Sendable {
    // Sendable because nothing is written after `init`.
    private let names: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private let count: Int

    init(_ names: [String]) {
        count = names.count
        self.names = .allocate(capacity: names.count + 1)
        for (index, name) in names.enumerated() {
            let text = UnsafeMutablePointer<CChar>.allocate(capacity: name.utf8.count + 1)
            for (place, byte) in name.utf8.enumerated() { text[place] = CChar(bitPattern: byte) }
            text[name.utf8.count] = 0
            (self.names + index).initialize(to: UnsafePointer(text))
        }
        (self.names + names.count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { names[index]?.deallocate() }
        names.deallocate()
    }

    convenience init(_ path: String) { self.init(path.split(separator: ".").map(String.init)) }

    /// The library's status; the value is there if it is `MMDB_SUCCESS` and `data.has_data` is set.
    func value(_ entry: inout MMDB_entry_s, _ data: inout MMDB_entry_data_s) -> Int32 {
        MMDB_aget_value(&entry, &data, UnsafePointer(names))
    }

    /// A text, or a number as text. Nil if there is none, or if it is longer than any that is meant.
    func text(_ entry: inout MMDB_entry_s) -> String? {
        var data = MMDB_entry_data_s()
        guard value(&entry, &data) == MMDB_SUCCESS, data.has_data else { return nil }
        switch Int32(data.type) {
        case MMDB_DATA_TYPE_UTF8_STRING:
            guard data.data_size > 0, data.data_size <= Self.maximumText, let bytes = data.utf8_string else { return nil }
            return String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(data.data_size)), as: UTF8.self)
        case MMDB_DATA_TYPE_DOUBLE: return "\(data.double_value)"
        case MMDB_DATA_TYPE_FLOAT: return "\(data.float_value)"
        case MMDB_DATA_TYPE_UINT16: return "\(data.uint16)"
        case MMDB_DATA_TYPE_UINT32: return "\(data.uint32)"
        case MMDB_DATA_TYPE_INT32: return "\(data.int32)"
        case MMDB_DATA_TYPE_UINT64: return "\(data.uint64)"
        default: return nil
        }
    }

    private static let maximumText: UInt32 = 512
}
