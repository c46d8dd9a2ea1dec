/// Waits until something holds. Polls, since what is waited for happens in another process; fails by the deadline, never hangs.
///
/// - Returns: whether it came to hold in time.
public func eventually(within limit: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while true {
        if try await condition() { return true }
        if ContinuousClock.now > end { return false }
        try await Task.sleep(for: .milliseconds(20))
    }
}
