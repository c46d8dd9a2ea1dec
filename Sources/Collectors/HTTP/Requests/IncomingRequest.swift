import HTTPTypes

/// The line and headers of a request.
struct IncomingRequest: Sendable {
    let method: HTTPRequest.Method
    let target: RequestTarget
    let headers: HTTPFields

    /// The media type without its parameters, in lower case; empty if there is none.
    var mediaType: String {
        let value = headers[.contentType] ?? ""
        let type = value.prefix { $0 != ";" }
        return String(type.filter { $0 != " " && $0 != "\t" }).lowercased()
    }

    /// Bytes that are announced; nil if none are, or the number is none.
    var contentLength: Int? { headers[.contentLength].flatMap { Int($0) } }

    var isChunked: Bool { headers[.transferEncoding] != nil }

    var authorization: Authorization? { headers[.authorization].flatMap { Authorization($0) } }

    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
