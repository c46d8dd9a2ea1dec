import Testing

struct TimedOut: Error {}

/// Fails when the operation takes longer than any machine needs.
func within<Value: Sendable>(
    _ limit: Duration = .seconds(60), _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw TimedOut()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw TimedOut() }
        return value
    }
}

/// Waits for a condition that nobody announces.
func eventually(_ limit: Duration = .seconds(60), _ condition: @escaping @Sendable () async -> Bool) async throws {
    try await within(limit) {
        while await !condition() {
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}
