import Collectors
import EventModel

// Vendors that give the newest events first.

struct GoogleVendor: Vendor {
    let poller = "google_workspace"
    let settings = ["admin": "admin@example.com"]
    let credentials = ["service_account": TestKeys.serviceAccount]
    let streams = ["login", "drive"]
    let lag = 3_000

    func record(_ entry: EventLog.Entry) -> String {
        let id = #"{"time":"\#(entry.time.text())","uniqueQualifier":"\#(entry.number)","applicationName":"\#(entry.stream)"}"#
        return #"{"kind":"admin#reports#activity","id":\#(id),"actor":{"email":"a@example.com"},"events":[{"name":"x"},{"name":"y"}]}"#
    }

    /// A page token belongs to the list as it was when its first page was given.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard let from = request.time("startTime"), let until = request.time("endTime") else { return .json("{}", status: 400) }
        let stream = request.path.split(separator: "/").last.map(String.init) ?? ""
        let token = (request.query["pageToken"] ?? "").split(separator: ":").compactMap { Int($0) }
        let snapshot = token.count == 2 ? Timestamp(microseconds: Int64(token[0])) : now
        let items = Array(log.happened(stream, by: snapshot, from: from, until: until).reversed())
        if items.isEmpty { return .json(#"{"kind":"admin#reports#activities"}"#) }
        let page = items.page(from: token.count == 2 ? token[1] : 0, size: 6)
        let next = page.next.map { #","nextPageToken":"\#(snapshot.microseconds):\#($0)""# } ?? ""
        return .json(#"{"kind":"admin#reports#activities","items":\#(list(page.items))\#(next)}"#)
    }
}

struct EntraVendor: Vendor {
    let poller = "entra"
    let settings = ["tenant": "0000-1111"]
    let credentials = ["client_id": "id", "client_secret": "secret"]
    let streams = ["signIns", "directoryAudits"]
    let lag = 1_200

    func record(_ entry: EventLog.Entry) -> String {
        let name = entry.stream == "signIns" ? "createdDateTime" : "activityDateTime"
        return #"{"id":"\#(entry.id)","\#(name)":"\#(entry.time.text(.bare)).1234567Z"}"#
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let stream = request.path.split(separator: "/").last.map(String.init) ?? ""
        let filter = (request.query["$filter"] ?? "").split(separator: " ").map(String.init)
        guard filter.count == 7, let from = RFC3339.parse(filter[2]), let until = RFC3339.parse(filter[6]) else {
            return .json(#"{"error":{"code":"BadRequest"}}"#, status: 400)
        }
        let items = Array(log.happened(stream, by: now, from: from, until: until).reversed())
        let page = items.page(from: request.number("$skiptoken") ?? 0, size: 5)
        let target = request.target.split(separator: "&").filter { !$0.hasPrefix("%24skiptoken") }.joined(separator: "&")
        let next = page.next.map { #""@odata.nextLink":"\#(request.origin)\#(target)&%24skiptoken=\#($0)","# } ?? ""
        return .json(#"{"@odata.context":"x",\#(next)"value":\#(list(page.items))}"#)
    }
}

struct SlackVendor: Vendor {
    let poller = "slack"
    let settings: [String: String] = [:]
    let credentials = ["token": "xoxp-1"]
    let streams = ["logs"]

    func record(_ entry: EventLog.Entry) -> String {
        #"{"id":"\#(entry.id)","date_create":\#(entry.time.epochSeconds),"action":"user_login"}"#
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.headers["authorization"] == "Bearer xoxp-1", let oldest = request.time("oldest", .epochSeconds) else {
            return .json(#"{"ok":false,"error":"invalid_auth"}"#, status: 401)
        }
        let items = Array(log.happened("logs", by: now, from: oldest).reversed())
        let page = items.page(from: request.number("cursor") ?? 0, size: 6)
        let next = page.next.map(String.init) ?? ""
        return .json(#"{"entries":\#(list(page.items)),"response_metadata":{"next_cursor":"\#(next)"}}"#)
    }
}
