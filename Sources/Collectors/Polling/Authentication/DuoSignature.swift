package import EventModel

/// The signature of Duo's Admin API (https://duo.com/docs/adminapi#authentication): HMAC-SHA512 over date, method, host, path and
/// parameters.
package enum DuoSignature {
    /// The text that is signed: five lines, the parameters sorted by name and value as they are encoded.
    package static func canonical(date: String, method: String, url: PollURL) -> String {
        let query = url.target.drop { $0 != "?" }.dropFirst()
        let pairs = query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.encode(PercentEncoding.decode(halves[0]))
            let value = halves.count == 2 ? PercentEncoding.encode(PercentEncoding.decode(halves[1])) : ""
            return (name: name, value: value)
        }.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        let port = url.origin.split(separator: ":").count > 2 ? ":\(url.port)" : ""
        let parameters = pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return [date, method.uppercased(), url.host + port, String(url.path), parameters].joined(separator: "\n")
    }

    package static func headers(
        _ request: PollRequest, integrationKey: String, secretKey: Secret, now: Timestamp
    ) -> [PollRequest.HeaderField] {
        let date = HTTPDate.text(now, zone: "-0000")
        let signed = Array(canonical(date: date, method: request.method, url: request.url).utf8)
        guard let code = signed.withUnsafeBytes({ MessageCode.make(.sha512, key: secretKey, over: [$0]) }) else {
            preconditionFailure("libcrypto computes HMAC-SHA512 over memory that it was given")
        }
        let basic = Base64.encode(Array("\(integrationKey):\(Hex.text(code))".utf8))
        return [.init("Date", date), .init("Authorization", "Basic \(basic)")]
    }
}
