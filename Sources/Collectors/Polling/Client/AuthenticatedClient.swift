import EventModel

/// Sends the requests of one source: at the vendor's rate, with what proves who asks, renewed once when it is not accepted.
package struct AuthenticatedClient: Sendable {
    package let transport: any PollTransport
    package let authenticator: Authenticator
    package let gate: RequestGate
    package let clock: any PollClock

    package init(
        _ configuration: PollConfiguration, transport: any PollTransport, clock: any PollClock = SystemClock()
    ) {
        self.transport = transport
        self.clock = clock
        authenticator = Authenticator(configuration, transport: transport, clock: clock)
        gate = RequestGate(configuration.description.rate, clock: clock)
    }

    package func send(_ request: PollRequest) async throws(PollError) -> PollResponse {
        let response = try await sendOnce(request)
        guard response.status == 401, await authenticator.forgetToken() else { return response }
        return try await sendOnce(request)
    }

    private func sendOnce(_ request: PollRequest) async throws(PollError) -> PollResponse {
        do {
            try await gate.pass()
        } catch {
            throw PollError(.cancelled, "cancelled")
        }
        var signed = request
        if !signed.headers.contains(where: { $0.name.lowercased() == "accept" }) {
            signed.headers.append(.init("Accept", "application/json"))
        }
        signed.headers += try await authenticator.headers(for: request)
        let response = try await transport.send(signed)
        // A quota that is used up closes the door before the next request is refused.
        if let reset = RateLimitHeaders.exhaustedUntil(response, now: clock.now()), response.status < 300 {
            await gate.close(until: reset)
        }
        return response
    }
}
