import Detection
import EventModel

/// Every finding in its last state, in the order in which they were raised.
struct LatestFindings {
    private(set) var all: [Finding] = []
    private var places: [String: Int] = [:]

    mutating func take(_ changes: [FindingChange]) {
        for change in changes {
            if let place = places[change.finding.uid] {
                all[place] = change.finding
            } else {
                places[change.finding.uid] = all.count
                all.append(change.finding)
            }
        }
    }
}
