import EventModel
import Testing

/// How people call classes and categories.
struct EventCategoryTests {
    @Test(arguments: [
        ("authentication", 3_002), ("Authentication", 3_002), ("3002", 3_002), ("User Access Management", 3_005),
        ("user_access", 3_005), ("FILE HOSTING ACTIVITY", 6_006), ("0", 0), ("base_event", 0), ("auth", nil), ("", nil),
        ("03002", nil), ("30", nil),
    ] as [(String, UInt32?)])
    func aClass(_ text: String, uid: UInt32?) {
        #expect(EventClass.called(text)?.uid == uid)
    }

    @Test(arguments: [
        ("iam", 3), ("IAM", 3), ("3", 3), ("identity & access management", 3), ("application", 6), ("Application Activity", 6),
        ("other", 0), ("findings", 2), ("network", 4), ("networks", nil), ("", nil),
    ] as [(String, Int?)])
    func aCategory(_ text: String, uid: Int?) {
        #expect(EventCategory.called(text)?.uid == uid)
    }

    @Test func everyClassIsInOne() {
        for known in EventClass.all {
            let category = EventCategory.all.first { $0.uid == known.categoryUID }
            #expect(category?.caption == known.categoryName && category?.classes.contains(known) == true, "\(known.name)")
        }
    }
}
