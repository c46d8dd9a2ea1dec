import EventModel
import Testing

@Suite struct OCSFPathsTests {
    @Test(arguments: [
        "time", "class_uid", "actor.user", "actor.user.email_addr", "src_endpoint.location.country", "device.owner.groups.name",
        "file.parent_folder", "http_request.url.hostname", "resources.owner.email_addr",
    ])
    func knows(path: String) { #expect(OCSFPaths.contains(path)) }

    @Test(arguments: ["", ".", "user.", ".user", "usr", "actor.user.email", "time.zone", "Actor.User", "actor..user", "identity"])
    func doesNotKnow(path: String) { #expect(!OCSFPaths.contains(path)) }

    @Test func commonPathsAreKnownAndSorted() {
        #expect(OCSFPaths.common.allSatisfy(OCSFPaths.contains))
        #expect(OCSFPaths.common == OCSFPaths.common.sorted())
        #expect(OCSFPaths.common.contains("actor.user.email_addr") && !OCSFPaths.common.contains("actor.user"))
        #expect(OCSFPaths.common.count < 5_000, "few enough to compare a name with all: \(OCSFPaths.common.count)")
    }
}
