import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// How many datagrams the kernel has dropped for one socket, from the `drops` column of `/proc/net/udp` (proc_net(5)).
///
/// The socket option `SO_RXQ_OVFL` would tell the same with each datagram; NIO does not hand on its control messages.
package struct KernelDrops {
    private let path: String
    /// The socket's address as the table writes it, for example `0100007F:0202`.
    private let local: String
    private var last: UInt32

    /// Nil when the table cannot be read or does not have the socket.
    init?(address: SocketAddress) {
        guard let text = address.ipAddress, let port = address.port else { return nil }
        let isV6 = address.protocol == .inet6
        let path = isV6 ? "/proc/net/udp6" : "/proc/net/udp"
        var words = [UInt32](repeating: 0, count: isV6 ? 4 : 1)
        guard inet_pton(isV6 ? AF_INET6 : AF_INET, text, &words) == 1 else { return nil }
        let local = Self.hex(words, port: UInt16(truncatingIfNeeded: port))
        guard let drops = Self.read(path).flatMap({ Self.drops(of: local, in: $0) }) else { return nil }
        self.path = path
        self.local = local
        last = drops
    }

    /// The datagrams dropped since the last call. The kernel's counter has 32 bits and wraps.
    mutating func new() -> Int {
        guard let drops = Self.read(path).flatMap({ Self.drops(of: local, in: $0) }) else { return 0 }
        defer { last = drops }
        return Int(drops &- last)
    }

    /// The table has an address as words in the machine's byte order, the port as a number.
    package static func hex(_ words: [UInt32], port: UInt16) -> String {
        let address = words.map { padded($0, 8) }.joined()
        return address + ":" + padded(UInt32(port), 4)
    }

    private static func padded(_ number: UInt32, _ width: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// The last column of the socket's row; the sum of all rows if sockets share the address.
    package static func drops(of local: String, in table: String) -> UInt32? {
        var sum: UInt32?
        for line in table.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: " ")
            guard columns.count >= 13, columns[1] == local, let drops = UInt32(columns[columns.count - 1]) else { continue }
            sum = (sum ?? 0) &+ drops
        }
        return sum
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 32 << 10)
        // A table of more than 4 MiB (30,000 sockets) is not worth reading once a second.
        while bytes.count < 4 << 20 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            if count < 0 { return nil }
            bytes += chunk[..<count]
        }
        return nil
    }
}
