import CMaxMindDB
import EventModel
import Glibc
import LocatedYAML

/// A database in MaxMind's format (MaxMind DB 2.0): GeoLite2, GeoIP2, DB-IP, IPinfo and others.
///
/// The file is copied into memory that no one else can reach: the library maps what it reads, and a file that is shortened
/// while it is mapped would end the process.
final class GeoDatabase: @unchecked Sendable {
    // Sendable because nothing is written after `init`, and the library's look-ups only read.
    private let database: UnsafeMutablePointer<MMDB_s>
    private let hasAllAddresses: Bool
    /// What the database calls itself, such as `GeoLite2-City`.
    let type: String

    struct Flaw: Error { var message: String }

    /// Larger than the largest there is.
    static let maximumBytes = 2 << 30

    init(path: String) throws(Flaw) {
        let copy = try Self.privateCopy(path)
        defer { close(copy) }
        let database = UnsafeMutablePointer<MMDB_s>.allocate(capacity: 1)
        database.initialize(to: MMDB_s())
        let status = MMDB_open("/proc/self/fd/\(copy)", UInt32(MMDB_MODE_MMAP), database)
        guard status == MMDB_SUCCESS else {
            database.deallocate()
            let reason = String(cString: MMDB_strerror(status))
            throw Flaw(message: "it is no whole MaxMind database (\(reason)); download it again")
        }
        self.database = database
        type = database.pointee.metadata.database_type.map { LineText.short(String(cString: $0)) } ?? ""
        hasAllAddresses = database.pointee.metadata.ip_version == 6
        try checkTree()
    }

    deinit {
        MMDB_close(database)
        database.deallocate()
    }

    private static func privateCopy(_ path: String) throws(Flaw) -> Int32 {
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard source >= 0 else { throw Flaw(message: "cannot read the file: \(String(cString: strerror(errno)))") }
        defer { close(source) }
        var status = stat()
        guard fstat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Flaw(message: "cannot read it: not a regular file")
        }
        guard status.st_size <= maximumBytes else { throw Flaw(message: "the file is longer than \(maximumBytes) bytes") }
        let copy = memfd_create("perimeter-geoip", UInt32(PERIMETER_MFD_CLOEXEC))
        guard copy >= 0 else { throw Flaw(message: "no memory for a copy of it: \(String(cString: strerror(errno)))") }
        var left = Int(status.st_size)
        while left > 0 {
            let sent = sendfile(copy, source, nil, left)
            if sent < 0, errno == EINTR { continue }
            guard sent > 0 else {
                let reason = sent < 0 ? String(cString: strerror(errno)) : "it became shorter while it was read"
                close(copy)
                throw Flaw(message: "cannot copy it into memory: \(reason)")
            }
            left -= sent
        }
        return copy
    }

    /// Looks up addresses from all over: what is cut off or overwritten shows at once more often than not.
    private func checkTree() throws(Flaw) {
        for octet in stride(from: UInt32(1), to: 224, by: 3) {
            guard case .success(let entry) = find(IPAddress(v4: octet &<< 24 | 0x0001_0203)) else { throw Self.damaged }
            if var entry { try check(&entry) }
        }
        guard hasAllAddresses else { return }
        for group in stride(from: UInt64(0x2000), to: 0x4000, by: 0x101) {
            guard case .success(let entry) = find(IPAddress(high: group &<< 48, low: 1)) else { throw Self.damaged }
            if var entry { try check(&entry) }
        }
    }

    private func check(_ entry: inout MMDB_entry_s) throws(Flaw) {
        var data = MMDB_entry_data_s()
        // No name that any database has: all of the entry is passed over.
        let status = GeoPath(["perimeter"]).value(&entry, &data)
        guard status == MMDB_SUCCESS || status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR else { throw Self.damaged }
    }

    private static let damaged = Flaw(message: "its search tree or its data are damaged; download it again")

    enum LookupError: Error { case damaged }

    /// The entry of an address; nil if the database has none.
    func find(_ address: IPAddress) -> Result<MMDB_entry_s?, LookupError> {
        guard address.isV4 || hasAllAddresses else { return .success(nil) }
        var status: Int32 = 0
        let found: MMDB_lookup_result_s
        if address.isV4 {
            var socket = sockaddr_in()
            socket.sin_family = sa_family_t(AF_INET)
            socket.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            found = withUnsafePointer(to: &socket) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(database, $0, &status) }
            }
        } else {
            var socket = sockaddr_in6()
            socket.sin6_family = sa_family_t(AF_INET6)
            withUnsafeMutableBytes(of: &socket.sin6_addr) {
                $0.storeBytes(of: address.high.bigEndian, toByteOffset: 0, as: UInt64.self)
                $0.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            found = withUnsafePointer(to: &socket) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { MMDB_lookup_sockaddr(database, $0, &status) }
            }
        }
        guard status == MMDB_SUCCESS else { return .failure(.damaged) }
        return .success(found.found_entry ? found.entry : nil)
    }
}
