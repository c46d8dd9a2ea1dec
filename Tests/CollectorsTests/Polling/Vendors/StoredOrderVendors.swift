import Collectors
import EventModel

// Vendors that give events in the order in which they stored them, with a position that is kept.

struct OktaVendor: Vendor {
    let poller = "okta"
    let settings = ["domain": "example.okta.com"]
    let credentials = ["token": "secret-token"]
    let streams = ["logs"]

    func record(_ entry: EventLog.Entry) -> String {
        #"{"uuid":"\#(entry.id)","published":"\#(entry.time.text())","eventType":"user.session.start"}"#
    }

    /// The next link is always there, and an event is sometimes given again.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.headers["authorization"] == "SSWS secret-token", request.path == "/api/v1/logs" else {
            return .json(#"{"errorCode":"E0000011"}"#, status: 401)
        }
        let stored = log.stored("logs", by: now)
        let since = request.time("since") ?? .distantPast
        let position = request.number("after") ?? stored.firstIndex { $0.time >= since } ?? stored.count
        var items = Array(stored.page(from: position, size: 7).items)
        let next = min(position + items.count, stored.count)
        if let repeated = stored.first, items.count == 7, position > 0 { items.insert(repeated, at: 3) }
        let link = "<\(request.origin)/api/v1/logs?since=ignored>; rel=\"self\""
        let following = "<\(request.origin)/api/v1/logs?after=\(next)&limit=1000&sortOrder=ASCENDING>; rel=\"next\""
        var response = PollResponse.json(list(items))
        response.headers += [.init("Link", link), .init("link", following)]
        return response
    }
}

struct BoxVendor: Vendor {
    let poller = "box"
    let settings = ["enterprise": "12345"]
    let credentials = ["client_id": "id", "client_secret": "secret"]
    let streams = ["admin_logs_streaming"]

    func record(_ entry: EventLog.Entry) -> String {
        let time = entry.time.text(.bare) + "-00:00"
        return #"{"type":"event","event_id":"\#(entry.id)","created_at":"\#(time)","event_type":"LOGIN","source":null}"#
    }

    /// Positions are numbers; every page begins with the last event of the one before it.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let stored = log.stored("admin_logs_streaming", by: now)
        guard request.query["stream_type"] == "admin_logs_streaming", let position = request.number("stream_position") else {
            return .json("{}", status: 400)
        }
        let items = stored.page(from: max(0, position - 1), size: 6).items
        let next = max(position, items.endIndex)
        return .json(#"{"chunk_size": \#(items.count), "next_stream_position": \#(next), "entries": \#(list(items))}"#)
    }
}

struct OnePasswordVendor: Vendor {
    let poller = "1password"
    let settings: [String: String] = [:]
    let credentials = ["token": "jwt"]
    let streams = ["signinattempts", "itemusages", "auditevents"]

    func record(_ entry: EventLog.Entry) -> String {
        #"{"uuid":"\#(entry.id)","timestamp":"\#(entry.time.text(.bare)).123456789Z","category":"success"}"#
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let feature = request.path.split(separator: "/").last.map(String.init) ?? ""
        let stored = log.stored(feature, by: now)
        let since = APIRequest.between("\"start_time\":\"", "\"", in: request.body).flatMap { RFC3339.parse($0) }
        let cursor = APIRequest.between("\"cursor\":\"c", "\"", in: request.body).flatMap { Int($0) }
        guard request.method == "POST", (since == nil) != (cursor == nil) else { return .json("{}", status: 400) }
        let position = cursor ?? stored.firstIndex { $0.time >= since ?? .distantPast } ?? stored.count
        let (items, next) = stored.page(from: position, size: 5)
        return .json(#"{"cursor":"c\#(items.endIndex)","has_more":\#(next != nil),"items":\#(list(items))}"#)
    }
}

struct Auth0Vendor: Vendor {
    let poller = "auth0"
    let settings = ["domain": "example.eu.auth0.com"]
    let credentials = ["client_id": "id", "client_secret": "secret"]
    let streams = ["logs"]

    func record(_ entry: EventLog.Entry) -> String {
        let number = String(repeating: "0", count: 20 - String(entry.visibleAt.microseconds).count) + "\(entry.visibleAt.microseconds)"
        return #"{"log_id":"900\#(number)-\#(1_000 + entry.number)","date":"\#(entry.time.text())","type":"s"}"#
    }

    /// By search, or after a log's id.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let stored = log.stored("logs", by: now)
        if let from = request.query["from"] {
            let start = stored.firstIndex { record($0).contains("\"\(from)\"") }.map { $0 + 1 } ?? stored.count
            let items = stored.page(from: start, size: 4).items
            let last = items.last.flatMap { APIRequest.between("\"log_id\":\"", "\"", in: record($0)) } ?? from
            let link = "<\(request.origin)/api/v2/logs?from=\(last)&take=100>; rel=\"next\""
            return .json(list(items), ["Link": link])
        }
        guard let text = APIRequest.between("date:[", " TO *]", in: request.query["q"] ?? ""), let since = RFC3339.parse(text) else {
            return .json("{}", status: 400)
        }
        return .json(list(log.happened("logs", by: now, from: since).prefix(1)))
    }
}
