public import EventModel
public import ServiceLifecycle

/// Receives the records of one source and puts them into a `RecordSink`, in order, until it is shut down.
///
/// `run()` returns after a graceful shutdown, when everything that had been read is in the sink; it throws when the collector
/// can never work (an address in use), not when its peers misbehave.
public protocol Collector: Service {
    /// The source that the records belong to.
    var source: Source { get }

    /// Counters since the start, for `siemctl status`. Cheap, from any thread.
    var status: CollectorStatus { get }

    /// Returns once records can come in. Throws when they never will, as `run()` does.
    func opened() async throws
}

/// Why a collector could not start or go on.
public enum CollectorError: Error, CustomStringConvertible {
    /// The address cannot be listened on.
    case cannotListen(source: String, transport: String, host: String, port: Int, reason: String)
    /// The certificate or the key of a listener cannot be used.
    case cannotEncrypt(source: String, reason: String)
    /// The listening socket was closed by somebody else than us.
    case listenerClosed(source: String, transport: String, host: String, port: Int)
    /// A stored cursor of a file is not one.
    case badCursor(source: String, cursor: String, reason: String)
    /// A pattern of paths is not one.
    case badPattern(source: String, reason: String)
    /// A token or certificate cannot be had, or does not do.
    case cannotServe(source: String, reason: String)
    /// The stored position of a polled stream is not one.
    case badPosition(source: String, cursor: String, reason: String)

    public var description: String {
        switch self {
        case .cannotListen(let source, let transport, let host, let port, let reason):
            """
            source \(source): cannot listen on \(transport) \(host):\(port): \(reason). \
            Choose a free address, or stop the program that has it.
            """
        case .cannotEncrypt(let source, let reason):
            "source \(source): cannot encrypt: \(reason). Put it right in \"tls\", and see that siemd may read the file."
        case .listenerClosed(let source, let transport, let host, let port):
            "source \(source): the listening socket on \(transport) \(host):\(port) was closed unexpectedly. Restart siemd."
        case .badCursor(let source, let cursor, let reason):
            """
            source \(source): the stored position \(cursor) cannot be read: \(reason). \
            Give the source another name to read its files from their beginning.
            """
        case .cannotServe(let source, let reason): "source \(source): \(reason)"
        case .badPosition(let source, let cursor, let reason):
            """
            source \(source): the stored position \(cursor) cannot be read: \(reason). \
            Give the source another name to begin as far back as its "start" says.
            """
        case .badPattern(let source, let reason): "source \(source): \(reason)"
        }
    }
}
