import EventModel

/// The extension keys of the CEF Implementation Standard, version 25, and of ArcSight's agents, with their full names.
enum CEFDictionary {
    /// How a value is brought into one form.
    enum Kind {
        case text
        /// Milliseconds since 1970 become RFC 3339; other forms stay as sent.
        case time
        /// Lower case, with colons.
        case mac
    }

    struct Entry {
        var fullName: String
        var kind: Kind

        init(_ fullName: String, _ kind: Kind = .text) {
            self.fullName = fullName
            self.kind = kind
        }
    }

    /// By key as sent.
    static let entries: [String: Entry] = [
        "act": Entry("deviceAction"),
        "agt": Entry("agentAddress"),
        "ahost": Entry("agentHostName"),
        "aid": Entry("agentId"),
        "amac": Entry("agentMacAddress", .mac),
        "app": Entry("applicationProtocol"),
        "art": Entry("agentReceiptTime", .time),
        "at": Entry("agentType"),
        "atz": Entry("agentTimeZone"),
        "av": Entry("agentVersion"),
        "c6a1": Entry("deviceCustomIPv6Address1"),
        "c6a1Label": Entry("deviceCustomIPv6Address1Label"),
        "c6a2": Entry("deviceCustomIPv6Address2"),
        "c6a2Label": Entry("deviceCustomIPv6Address2Label"),
        "c6a3": Entry("deviceCustomIPv6Address3"),
        "c6a3Label": Entry("deviceCustomIPv6Address3Label"),
        "c6a4": Entry("deviceCustomIPv6Address4"),
        "c6a4Label": Entry("deviceCustomIPv6Address4Label"),
        "cat": Entry("deviceEventCategory"),
        "catdt": Entry("categoryDeviceType"),
        "cfp1": Entry("deviceCustomFloatingPoint1"),
        "cfp1Label": Entry("deviceCustomFloatingPoint1Label"),
        "cfp2": Entry("deviceCustomFloatingPoint2"),
        "cfp2Label": Entry("deviceCustomFloatingPoint2Label"),
        "cfp3": Entry("deviceCustomFloatingPoint3"),
        "cfp3Label": Entry("deviceCustomFloatingPoint3Label"),
        "cfp4": Entry("deviceCustomFloatingPoint4"),
        "cfp4Label": Entry("deviceCustomFloatingPoint4Label"),
        "cn1": Entry("deviceCustomNumber1"),
        "cn1Label": Entry("deviceCustomNumber1Label"),
        "cn2": Entry("deviceCustomNumber2"),
        "cn2Label": Entry("deviceCustomNumber2Label"),
        "cn3": Entry("deviceCustomNumber3"),
        "cn3Label": Entry("deviceCustomNumber3Label"),
        "cnt": Entry("baseEventCount"),
        "cs1": Entry("deviceCustomString1"),
        "cs1Label": Entry("deviceCustomString1Label"),
        "cs2": Entry("deviceCustomString2"),
        "cs2Label": Entry("deviceCustomString2Label"),
        "cs3": Entry("deviceCustomString3"),
        "cs3Label": Entry("deviceCustomString3Label"),
        "cs4": Entry("deviceCustomString4"),
        "cs4Label": Entry("deviceCustomString4Label"),
        "cs5": Entry("deviceCustomString5"),
        "cs5Label": Entry("deviceCustomString5Label"),
        "cs6": Entry("deviceCustomString6"),
        "cs6Label": Entry("deviceCustomString6Label"),
        "deviceCustomDate1": Entry("deviceCustomDate1", .time),
        "deviceCustomDate2": Entry("deviceCustomDate2", .time),
        "dhost": Entry("destinationHostName"),
        "dlat": Entry("destinationGeoLatitude"),
        "dlong": Entry("destinationGeoLongitude"),
        "dmac": Entry("destinationMacAddress", .mac),
        "dntdom": Entry("destinationNtDomain"),
        "dpid": Entry("destinationProcessId"),
        "dpriv": Entry("destinationUserPrivileges"),
        "dproc": Entry("destinationProcessName"),
        "dpt": Entry("destinationPort"),
        "dst": Entry("destinationAddress"),
        "dtz": Entry("deviceTimeZone"),
        "duid": Entry("destinationUserId"),
        "duser": Entry("destinationUserName"),
        "dvc": Entry("deviceAddress"),
        "dvchost": Entry("deviceHostName"),
        "dvcmac": Entry("deviceMacAddress", .mac),
        "dvcpid": Entry("deviceProcessId"),
        "end": Entry("endTime", .time),
        "fileCreateTime": Entry("fileCreateTime", .time),
        "fileModificationTime": Entry("fileModificationTime", .time),
        "flexDate1": Entry("flexDate1", .time),
        "fname": Entry("filename"),
        "fsize": Entry("fileSize"),
        "in": Entry("bytesIn"),
        "mrt": Entry("managerReceiptTime", .time),
        "msg": Entry("message"),
        "oldFileCreateTime": Entry("oldFileCreateTime", .time),
        "oldFileModificationTime": Entry("oldFileModificationTime", .time),
        "out": Entry("bytesOut"),
        "outcome": Entry("eventOutcome"),
        "proto": Entry("transportProtocol"),
        "request": Entry("requestUrl"),
        "rt": Entry("deviceReceiptTime", .time),
        "shost": Entry("sourceHostName"),
        "slat": Entry("sourceGeoLatitude"),
        "slong": Entry("sourceGeoLongitude"),
        "smac": Entry("sourceMacAddress", .mac),
        "sntdom": Entry("sourceNtDomain"),
        "spid": Entry("sourceProcessId"),
        "spriv": Entry("sourceUserPrivileges"),
        "sproc": Entry("sourceProcessName"),
        "spt": Entry("sourcePort"),
        "src": Entry("sourceAddress"),
        "start": Entry("startTime", .time),
        "suid": Entry("sourceUserId"),
        "suser": Entry("sourceUserName"),
    ]

    /// The short keys by their full names in lower case.
    static let shortKeys = Dictionary(
        entries.filter { $0.key != $0.value.fullName }.map { ($0.value.fullName.lowercased(), $0.key) },
        uniquingKeysWith: { first, _ in first })

    /// The full name of a key and its value in one form; nil if the dictionary gives it neither.
    static func resolve(_ key: String, _ value: String) -> (fullName: String, value: String)? {
        guard let entry = entries[key] else { return nil }
        switch entry.kind {
        case .text: return (entry.fullName, value)
        case .time: return (entry.fullName, instant(value) ?? value)
        case .mac: return (entry.fullName, String(value.map { $0 == "-" ? ":" : $0 }).lowercased())
        }
    }

    /// 13 digits: every time since 2001.
    private static func instant(_ value: String) -> String? {
        guard value.utf8.count == 13, let milliseconds = Int64(value), milliseconds >= 0 else { return nil }
        return RFC3339.format(Timestamp(milliseconds: milliseconds))
    }
}
