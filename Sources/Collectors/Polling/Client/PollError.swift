package import EventModel

/// Why a request, or what it was answered with, did not help.
package struct PollError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The network, or the server's own trouble: asked again soon.
        case transient
        /// More requests than are allowed; when to come again, if the server said.
        case throttled(until: Timestamp?)
        /// The credentials were not accepted: a token that was cached is renewed once, then a person is needed.
        case unauthorized
        /// Somebody has to change something, here or at the vendor.
        case needsPerson
        /// The position that was sent is not known, or not any more.
        case badPosition
        /// The source is being shut down.
        case cancelled
        /// The cycle needs more pages than are allowed.
        case tooManyPages
    }

    package var kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
