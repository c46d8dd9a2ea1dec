import Collectors
import EventModel
import Logging
import ServiceLifecycle

/// Runs a collector while the body does, then shuts it down gracefully and waits for it.
@discardableResult
func running<Subject: Collector, Value: Sendable>(
    _ collector: Subject, _ body: @escaping @Sendable (Subject) async throws -> Value
) async throws -> Value {
    let group = ServiceGroup(
        configuration: .init(
            services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)], logger: .quiet))
    return try await within(.seconds(120)) {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value = try await body(collector)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
