import Collectors
import EventModel

// Vendors that list files, which are then fetched.

struct Microsoft365Vendor: Vendor {
    let poller = "microsoft365"
    let settings = ["tenant": "0000-1111"]
    let credentials = ["client_id": "id", "client_secret": "secret"]
    let streams = ["Audit.General", "Audit.Exchange"]
    let lag = 3_600

    func record(_ entry: EventLog.Entry) -> String {
        #"{"CreationTime":"\#(entry.time.text(.bare))","Id":"\#(entry.id)","Operation":"FileDownloaded","Workload":"SharePoint"}"#
    }

    /// A blob holds three events as they were stored; each begins with the last event of the one before it.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let feed = "/api/v1.0/0000-1111/activity/feed"
        if request.path == feed + "/subscriptions/start" {
            return .json(#"{"error":{"code":"AF20024","message":"The subscription is already enabled."}}"#, status: 400)
        }
        if request.path.hasPrefix(feed + "/audit/") {
            let parts = request.path.split(separator: "/").last?.split(separator: "$").map(String.init) ?? []
            guard parts.count == 2, let number = Int(parts[1]) else { return .json("{}", status: 404) }
            let blob = blobs(log, parts[0], by: .distantFuture)[number]
            return .json(list(blob.entries))
        }
        guard request.path == feed + "/subscriptions/content", let stream = request.query["contentType"],
            let from = request.time("startTime", .utc), let until = request.time("endTime", .utc), until - from <= 86_400_000_000
        else { return .json(#"{"error":{"code":"AF20030"}}"#, status: 400) }
        let found = blobs(log, stream, by: now).filter { $0.made >= from && $0.made < until }
        let page = found.page(from: request.number("nextPage") ?? 0, size: 2)
        let items = page.items.map { blob in
            let name = "\(stream)$\(blob.number)"
            return #"{"contentUri":"\#(request.origin)\#(feed)/audit/\#(name)","contentId":"\#(name)","#
                + #""contentCreated":"\#(blob.made.text())","contentType":"\#(stream)"}"#
        }
        let target = request.target.split(separator: "&").filter { !$0.hasPrefix("nextPage") }.joined(separator: "&")
        let headers = page.next.map { ["NextPageUri": "\(request.origin)\(target)&nextPage=\($0)"] } ?? [:]
        return .json("[" + items.joined(separator: ",") + "]", headers)
    }

    private func blobs(
        _ log: EventLog, _ stream: String, by now: Timestamp
    ) -> [(number: Int, made: Timestamp, entries: ArraySlice<EventLog.Entry>)] {
        // Of the whole log, so that a blob never changes.
        let stored = log.stored(stream, by: .distantFuture)
        return stride(from: 0, to: stored.count, by: 3).map { start in
            let end = min(start + 3, stored.count)
            return (start / 3, stored[end - 1].visibleAt, stored[max(0, start - 1)..<end])
        }.filter { $0.made <= now }
    }
}

struct SalesforceVendor: Vendor {
    let poller = "salesforce"
    let settings = ["domain": "example.my.salesforce.com"]
    let credentials = ["client_id": "id", "username": "siem@example.com", "private_key": TestKeys.rsa]
    let streams = ["EventLogFile", "SetupAuditTrail"]
    let lag = 1_800

    func record(_ entry: EventLog.Entry) -> String {
        if entry.stream == "EventLogFile" {
            return #"{"EVENT_TYPE":"Login","TIMESTAMP_DERIVED":"\#(entry.time.text())","URI":"a, \"b\"\n\#(entry.id)"}"#
        }
        return #"{"attributes":{"type":"SetupAuditTrail"},"Id":"\#(entry.id)","CreatedDate":"\#(entry.time.text())","Action":"x"}"#
            .replacing("Z\",", with: "+0000\",")
    }

    /// Files of four lines; a file is issued again under another id with one line more.
    func answer(_ request: APIRequest, _ log: EventLog, now: Timestamp) -> PollResponse {
        let data = "/services/data/v62.0"
        if request.path.hasPrefix(data + "/sobjects/EventLogFile/") {
            let parts = request.path.split(separator: "/").dropLast().last?.split(separator: "_").compactMap { Int($0) } ?? []
            guard parts.count == 2, request.headers["accept"] == "text/csv" else { return .json("[]", status: 404) }
            let stored = log.stored("EventLogFile", by: .distantFuture)
            let lines = stored[parts[0]..<parts[1]].map { entry in
                "\"Login\",\"\(entry.time.text())\",\"a, \"\"b\"\"\n\(entry.id)\"\r\n"
            }
            return PollResponse(status: 200, body: Array(("EVENT_TYPE,TIMESTAMP_DERIVED,URI\r\n" + lines.joined()).utf8))
        }
        let query = request.query["q"] ?? request.path.split(separator: "~").dropFirst().first.map(String.init) ?? ""
        let offset = request.path.split(separator: "~").last.flatMap { Int($0) } ?? 0
        guard let text = APIRequest.between("CreatedDate >= ", " ORDER", in: query), let from = RFC3339.parse(text) else {
            return .json(#"[{"errorCode":"MALFORMED_QUERY"}]"#, status: 400)
        }
        let items: [String]
        if query.contains("FROM EventLogFile") {
            items = files(log, by: now).filter { $0.made >= from }.map { file in
                let id = "\(file.range.lowerBound)_\(file.range.upperBound)"
                return #"{"Id":"\#(id)","CreatedDate":"\#(file.made.text())","LogFile":"\#(data)/sobjects/EventLogFile/\#(id)/LogFile"}"#
            }
        } else {
            items = log.happened("SetupAuditTrail", by: now, from: from).map { record($0) }
        }
        let page = items.page(from: offset, size: 3)
        let next = page.next.map { #""nextRecordsUrl":"\#(data)/query/~\#(PercentEncoding.encode(query))~\#($0)","# } ?? ""
        let records = page.items.joined(separator: ",")
        return .json(#"{"totalSize":\#(items.count),"done":\#(page.next == nil),\#(next)"records":[\#(records)]}"#)
    }

    private func files(_ log: EventLog, by now: Timestamp) -> [(range: Range<Int>, made: Timestamp)] {
        let stored = log.stored("EventLogFile", by: .distantFuture)
        return stride(from: 0, to: stored.count, by: 4).flatMap { start -> [(range: Range<Int>, made: Timestamp)] in
            let end = min(start + 4, stored.count)
            let again = min(end + 1, stored.count)
            return [(start..<end, stored[end - 1].visibleAt), (start..<again, stored[again - 1].visibleAt)]
        }.filter { $0.made <= now }
    }
}
