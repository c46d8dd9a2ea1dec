import Collectors
import EventModel

// Vendors that are asked for spans of time, oldest first or in no order.

struct GitHubVendor: Vendor {
    let poller = "github"
    let settings = ["name": "example"]
    let credentials = ["token": "ghp"]
    let streams = ["audit"]

    func record(_ entry: EventLog.Entry) -> String {
        #"{"@timestamp":\#(entry.time.milliseconds),"_document_id":"\#(entry.id)","action":"repo.create"}"#
    }

    /// 403 is its rate limit now and then, by a header alone.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.path == "/orgs/example/audit-log", let phrase = request.query["phrase"],
            let since = RFC3339.parse(String(phrase.dropFirst("created:>=".count))), request.headers["x-github-api-version"] != nil
        else { return .json("{}", status: 404) }
        let page = log.happened("audit", by: now, from: since).page(from: request.number("after") ?? 0, size: 6)
        guard let next = page.next else { return .json(list(page.items)) }
        let target = request.target.split(separator: "&").filter { !$0.hasPrefix("after=") }.joined(separator: "&")
        return .json(list(page.items), ["Link": "<\(request.origin)\(target)&after=\(next)&before=>; rel=\"next\""])
    }
}

struct AtlassianVendor: Vendor {
    let poller = "atlassian"
    let settings = ["organization": "a-b"]
    let credentials = ["token": "key"]
    let streams = ["events"]
    let lag = 600

    func record(_ entry: EventLog.Entry) -> String {
        #"{"id":"\#(entry.id)","type":"events","attributes":{"time":"\#(entry.time.text())","action":"user_added"}}"#
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.path == "/admin/v1/orgs/a-b/events-stream", let from = request.time("from", .epochMilliseconds),
            let until = request.time("to", .epochMilliseconds)
        else { return .json("{}", status: 400) }
        let offset = request.query["cursor"].flatMap { Int($0.dropFirst(3)) } ?? 0
        let page = log.happened("events", by: now, from: from, until: until).page(from: offset, size: 5)
        let next = page.next.map { #""pos\#($0)""# } ?? "null"
        return .json(#"{"data":\#(list(page.items)),"meta":{"next":\#(next),"page_size":5},"links":{}}"#)
    }
}

struct CloudflareVendor: Vendor {
    let poller = "cloudflare"
    let settings = ["account": "0a"]
    let credentials = ["token": "t"]
    let streams = ["audit"]

    func record(_ entry: EventLog.Entry) -> String {
        #"{"id":"\#(entry.id)","action":{"time":"\#(entry.time.text(.seconds))","type":"create","result":"success"}}"#
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard let from = request.time("since"), let until = request.time("before") else { return .json("{}", status: 400) }
        let offset = request.number("cursor") ?? 0
        let page = log.happened("audit", by: now, from: from, until: until).page(from: offset, size: 5)
        let cursor = page.next.map { "\"cursor\":\"\($0)\"," } ?? ""
        return .json(#"{"success":true,"result":\#(list(page.items)),"result_info":{\#(cursor)"count":\#(page.items.count)}}"#)
    }
}

struct ZoomVendor: Vendor {
    let poller = "zoom"
    let settings: [String: String] = [:]
    let credentials = ["account_id": "a", "client_id": "c", "client_secret": "s"]
    let streams = ["operationlogs", "activities"]
    let lag = 3_600

    func record(_ entry: EventLog.Entry) -> String {
        #"{"time":"\#(entry.time.text(.seconds))","operator":"a@example.com","operation_detail":"change \#(entry.id)"}"#
    }

    /// Whole days, both included.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard let from = request.time("from", .date), let until = request.time("to", .date) else { return .json("{}", status: 400) }
        let stream = request.path.hasSuffix("operationlogs") ? "operationlogs" : "activities"
        let name = stream == "activities" ? "activity_logs" : "operation_logs"
        let offset = request.query["next_page_token"].flatMap { Int($0) } ?? 0
        let page = log.happened(stream, by: now, from: from, until: until + 86_399_999_999).page(from: offset, size: 10)
        let next = page.next.map(String.init) ?? ""
        return .json(#"{"from":"x","to":"y","next_page_token":"\#(next)","\#(name)":\#(list(page.items))}"#)
    }
}

struct DuoVendor: Vendor {
    let poller = "duo"
    let settings = ["host": "api-0.duosecurity.com"]
    let credentials = ["integration_key": "DIX", "secret_key": "shh"]
    let streams = ["authentication", "activity", "administrator"]

    func record(_ entry: EventLog.Entry) -> String {
        switch entry.stream {
        case "authentication": #"{"txid":"\#(entry.id)","timestamp":\#(entry.time.epochSeconds),"result":"success"}"#
        case "activity": #"{"activity_id":"\#(entry.id)","ts":"\#(entry.time.text())+00:00"}"#.replacing("Z+00:00", with: "+00:00")
        default: #"{"action":"\#(entry.id)","timestamp":\#(entry.time.epochSeconds),"username":"admin"}"#
        }
    }

    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.headers["authorization"]?.hasPrefix("Basic ") == true, request.headers["date"]?.hasSuffix("-0000") == true else {
            return .json(#"{"stat":"FAIL","code":40103}"#, status: 401)
        }
        if request.path == "/admin/v1/logs/administrator" {
            let from = request.time("mintime", .epochSeconds) ?? .distantPast
            return .json(#"{"stat":"OK","response":\#(list(log.happened("administrator", by: now, from: from)))}"#)
        }
        let stream = request.path.hasSuffix("authentication") ? "authentication" : "activity"
        guard let from = request.time("mintime", .epochMilliseconds), let until = request.time("maxtime", .epochMilliseconds) else {
            return .json("{}", status: 400)
        }
        let offset = request.query["next_offset"].flatMap { Int($0.split(separator: ",").last ?? "") } ?? 0
        let page = log.happened(stream, by: now, from: from, until: until).page(from: offset, size: 5)
        // The position of sign-ins has two parts, that of activities one.
        let next = page.next.map { stream == "activity" ? "\"1700000000000,\($0)\"" : "[\"1700000000000\",\"\($0)\"]" } ?? "null"
        let name = stream == "activity" ? "items" : "authlogs"
        return .json(#"{"stat":"OK","response":{"\#(name)":\#(list(page.items)),"metadata":{"next_offset":\#(next)}}}"#)
    }
}

struct SnowflakeVendor: Vendor {
    let poller = "snowflake"
    let settings = ["host": "x.snowflakecomputing.com", "account": "myorg-acc", "warehouse": "WH"]
    let credentials = ["user": "siem", "private_key": TestKeys.rsa]
    let streams = ["LOGIN_HISTORY", "QUERY_HISTORY"]
    let lag = 1_800

    func record(_ entry: EventLog.Entry) -> String {
        let (id, time) = entry.stream == "LOGIN_HISTORY" ? ("EVENT_ID", "EVENT_TIMESTAMP") : ("QUERY_ID", "START_TIME")
        return #"{"\#(id)":"\#(entry.id)","\#(time)":"\#(entry.time.text())","ERROR_CODE":null}"#
    }

    private func row(_ entry: EventLog.Entry) -> String { #"["\#(entry.id)", "\#(entry.time.text())", null]"# }

    /// Partitions of four rows; every other statement takes longer than the request does.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        guard request.headers["x-snowflake-authorization-token-type"] == "KEYPAIR_JWT" else { return .json("{}", status: 401) }
        if request.method == "POST" {
            let stream = APIRequest.between("ACCOUNT_USAGE.", " WHERE", in: request.body) ?? ""
            guard let from = APIRequest.between(">= '", "'", in: request.body), let until = APIRequest.between("< '", "'", in: request.body)
            else { return .json("{}", status: 422) }
            let handle = "\(stream)~\(from)~\(until)~\(now.microseconds)"
            if now.microseconds / 1_000 % 2 == 0 {
                return .json(#"{"code":"333334","statementHandle":"\#(handle)","message":"in progress"}"#, status: 202)
            }
            return result(handle, 0, log)
        }
        let handle = String(request.path.dropFirst("/api/v2/statements/".count))
        return result(handle, request.number("partition") ?? 0, log)
    }

    private func result(_ handle: String, _ partition: Int, _ log: EventLog) -> PollResponse {
        let parts = handle.split(separator: "~").map(String.init)
        guard parts.count == 4, let from = RFC3339.parse(parts[1]), let until = RFC3339.parse(parts[2]), let at = Int64(parts[3]) else {
            return .json("{}", status: 422)
        }
        let now = Timestamp(microseconds: at)
        let rows = log.happened(parts[0], by: now, from: from, until: until + -1).page(from: partition * 4, size: 4)
        let data = "[" + rows.items.map { row($0) }.joined(separator: ",") + "]"
        if partition > 0 { return .json(#"{"data":\#(data)}"#) }
        let count = max(1, (log.happened(parts[0], by: now, from: from, until: until + -1).count + 3) / 4)
        let columns = (parts[0] == "LOGIN_HISTORY" ? ["EVENT_ID", "EVENT_TIMESTAMP"] : ["QUERY_ID", "START_TIME"]) + ["ERROR_CODE"]
        let types = columns.map { #"{"name":"\#($0)","type":"text"}"# }.joined(separator: ",")
        let partitions = (0..<count).map { _ in #"{"rowCount":4}"# }.joined(separator: ",")
        let metadata = #"{"rowType":[\#(types)],"partitionInfo":[\#(partitions)]}"#
        return .json(#"{"code":"090001","statementHandle":"\#(handle)","resultSetMetaData":\#(metadata),"data":\#(data)}"#)
    }
}
