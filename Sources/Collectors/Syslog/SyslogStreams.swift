import EventModel
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Syslog over connections: a listening socket, and a handler for each connection.
final class SyslogStreams: SyslogTransport {
    /// Makes the handler of one connection, which keeps the promise when all that was read is in the sink.
    typealias MakeHandler = @Sendable (SyslogDoor, EventLoopPromise<Void>) -> any ChannelHandler

    private let door: SyslogDoor
    private let connections: StreamConnections
    private let makeHandler: MakeHandler
    private let identity = Mutex<TLSIdentity?>(nil)

    init(_ door: SyslogDoor, makeHandler: @escaping MakeHandler) {
        self.door = door
        self.makeHandler = makeHandler
        connections = StreamConnections(limit: door.configuration.maximumConnections, metrics: door.metrics)
    }

    func bind() async throws -> any Channel {
        if let tls = door.configuration.tls {
            let read = try TLSIdentity(tls, logger: door.logger)
            identity.withLock { $0 = read }
        }
        return try await ServerBootstrap(group: door.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { self.initialise($0) }
            .bind(host: door.configuration.host, port: door.configuration.port).get()
    }

    /// The steps of a new connection, in order: encryption, silence, records.
    private func initialise(_ channel: any Channel) -> EventLoopFuture<Void> {
        let handedOn = channel.eventLoop.makePromise(of: Void.self)
        guard connections.admit(channel, handedOn: handedOn.futureResult) else {
            handedOn.succeed()
            door.refuse(.connections, "\(connections.count) are open", channel)
            return channel.eventLoop.makeFailedFuture(TooManyConnections())
        }
        let identity = identity.withLock { $0 }
        return channel.eventLoop.makeCompletedFuture {
            do {
                let pipeline = channel.pipeline.syncOperations
                if let identity {
                    try pipeline.addHandlers(
                        TLSHandshake.handlers(identity, limit: TimeAmount(door.configuration.handshakeLimit)) {
                            self.door.refuse($0, $1, channel)
                        })
                }
                try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(door.configuration.idleTimeout)))
                try pipeline.addHandler(makeHandler(door, handedOn))
            } catch {
                handedOn.succeed()
                throw error
            }
        }
    }

    func watch() async {
        await identity.withLock { $0 }?.watch()
    }

    func stop(_ channel: any Channel) async {
        _ = try? await channel.close().get()  // Fails only when it is closed already.
        await connections.close()
    }
}

/// Thrown to NIO, which closes the connection.
struct TooManyConnections: Error {}
