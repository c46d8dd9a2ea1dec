import EventModel
import Logging
import NIOCore
import NIOPosix

/// Syslog over TCP: a listening socket, and a `SyslogStreamHandler` for each connection.
final class SyslogStreams: SyslogTransport {
    private let door: SyslogDoor
    private let connections: StreamConnections

    init(_ door: SyslogDoor) {
        self.door = door
        connections = StreamConnections(limit: door.configuration.maximumConnections, metrics: door.metrics)
    }

    func bind() async throws -> any Channel {
        try await ServerBootstrap(group: door.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { self.initialise($0) }
            .bind(host: door.configuration.host, port: door.configuration.port).get()
    }

    /// The steps of a new connection, in order. Encryption is one more step, before the idle timeout.
    private func initialise(_ channel: any Channel) -> EventLoopFuture<Void> {
        let handedOn = channel.eventLoop.makePromise(of: Void.self)
        guard connections.admit(channel, handedOn: handedOn.futureResult) else {
            handedOn.succeed()
            door.logger.debug("connection refused: too many are open", metadata: peer(of: channel))
            return channel.eventLoop.makeFailedFuture(TooManyConnections())
        }
        return channel.eventLoop.makeCompletedFuture {
            do {
                try channel.pipeline.syncOperations.addHandlers([
                    IdleStateHandler(readTimeout: TimeAmount(door.configuration.idleTimeout)),
                    SyslogStreamHandler(door, handedOn: handedOn),
                ])
            } catch {
                handedOn.succeed()
                throw error
            }
        }
    }

    private func peer(of channel: any Channel) -> Logger.Metadata {
        ["peer": "\(channel.remoteAddress?.description ?? "unknown")", "open": "\(connections.count)"]
    }

    func watch() async {}

    func stop(_ channel: any Channel) async {
        _ = try? await channel.close().get()  // Fails only when it is closed already.
        await connections.close()
    }
}

/// Thrown to NIO, which closes the connection.
struct TooManyConnections: Error {}
