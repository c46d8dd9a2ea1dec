import EventModel
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Syslog over UDP (RFC 5426): each datagram is one record.
///
/// While the sink is full, datagrams wait in the kernel's large receive buffer; what does not fit there is dropped by the kernel,
/// which counts it, and so do we. Where its counter cannot be read, we keep reading and drop (and count) ourselves.
final class SyslogDatagrams: SyslogTransport {
    /// Datagrams a `recvmmsg`, each with room for the largest there is (RFC 768: a length of 16 bits).
    private static let vectorCount = 16
    private static let maximumDatagramBytes = 64 << 10

    private let door: SyslogDoor
    private let drops = Mutex<KernelDrops?>(nil)
    private let handler = Mutex<NIOLoopBound<SyslogDatagramHandler>?>(nil)

    init(_ door: SyslogDoor) {
        self.door = door
    }

    func bind() async throws -> any Channel {
        let channel = try await DatagramBootstrap(group: door.group)
            .channelOption(.datagramVectorReadMessageCount, value: Self.vectorCount)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: Self.vectorCount * Self.maximumDatagramBytes)
            )
            // Not before the kernel's counter is known and the buffer is large.
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = SyslogDatagramHandler(self.door)
                    self.handler.withLock { $0 = NIOLoopBound(handler, eventLoop: channel.eventLoop) }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: door.configuration.host, port: door.configuration.port).get()
        await enlargeBuffer(of: channel)
        let counter = channel.localAddress.flatMap { KernelDrops(address: $0) }
        if counter == nil {
            door.logger.warning("the kernel's count of dropped datagrams cannot be read: they will be missing in the ledger")
        }
        drops.withLock { $0 = counter }
        let bound = handler.withLock { $0 }
        try await channel.eventLoop.submit { bound?.value.canPause = counter != nil }.get()
        try await channel.setOption(.autoRead, value: true).get()
        return channel
    }

    /// Asks for the large buffer past the system's limit (needs CAP_NET_ADMIN), else within it.
    private func enlargeBuffer(of channel: any Channel) async {
        let wanted = SocketOptionValue(door.configuration.receiveBufferBytes)
        do {
            try await channel.setOption(.socketOption(.receiveBufferForce), value: wanted).get()
        } catch {
            _ = try? await channel.setOption(.socketOption(.so_rcvbuf), value: wanted).get()  // A smaller one works, too.
        }
        // The kernel doubles what it is asked for, for its own book-keeping (socket(7)).
        let granted = (try? await channel.getOption(.socketOption(.so_rcvbuf)).get()).map { Int($0) / 2 } ?? 0
        if granted < door.configuration.receiveBufferBytes {
            door.logger.warning(
                "the UDP receive buffer is smaller than asked for; bursts may be lost. Raise net.core.rmem_max.",
                metadata: ["asked": "\(door.configuration.receiveBufferBytes)", "granted": "\(granted)"])
        }
    }

    func watch() async {
        while !Task.isCancelled {
            reportKernelDrops()
            do {
                try await Task.sleep(for: .seconds(1))
            } catch {
                return  // Cancelled; `stop` reports the last ones.
            }
        }
    }

    private func reportKernelDrops() {
        let count = drops.withLock { $0?.new() ?? 0 }
        guard count > 0 else { return }
        door.sink.dropped(count, reason: .kernel, source: door.source)
        door.metrics.dropped.add(count)
        door.logger.warning("the kernel dropped datagrams", metadata: ["count": "\(count)"])
    }

    func stop(_ channel: any Channel) async {
        reportKernelDrops()
        _ = try? await channel.close().get()  // Fails only when it is closed already.
        guard let bound = handler.withLock({ $0 }) else { return }
        _ = try? await channel.eventLoop.flatSubmit { bound.value.handedOn }.get()  // Never fails: see the handler.
    }
}

extension NIOBSDSocket.Option {
    /// `SO_RCVBUFFORCE`, which NIO does not name (socket(7)).
    fileprivate static let receiveBufferForce = NIOBSDSocket.Option(rawValue: 33)
}
