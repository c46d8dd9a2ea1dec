import EventModel
import Matching
import Searching
import Testing

@Suite struct StageTests {
    /// Eight events, ten minutes apart but for the last two; seconds since 1970-01-01T00:00:00Z.
    static let events: [SampleEvent] = [
        SampleEvent(0, ["user": "dana", "ip": "10.0.0.1", "size": 10, "status": "Success"]),
        SampleEvent(600, ["user": "dana", "ip": "10.0.0.2", "size": 20, "status": "Failure"]),
        SampleEvent(1_200, ["user": "eli", "ip": "10.0.0.1", "size": "30", "status": "Failure"]),
        SampleEvent(1_800, ["user": "Eli", "size": 2.5, "status": "Failure"]),
        SampleEvent(2_400, ["ip": "10.0.0.9", "tag": .list(["red", "blue", "red"])]),
        SampleEvent(3_000, ["user": "fay", "ip": "192.0.2.1", "size": 1_000, "tag": "red"]),
        SampleEvent(9_000, ["user": "dana", "ip": "10.0.0.1", "size": .null, "status": "Success"]),
        SampleEvent(9_060, ["user": "fay", "status": true, "raw_only": "z"]),
    ]

    static let cases: [(query: String, rows: [String])] = [
        ("* | head 2", ["#8", "#7"]),
        ("* | tail 2", ["#2", "#1"]),
        ("* | tail 100 | head 1", ["#8"]),
        ("status:failure", ["#4", "#3", "#2"]),
        ("* | head 4 | where status:failure", []),
        ("* | head 5 | where status:failure", ["#4"]),
        ("* | head 5 | where eli", ["#4"]),
        ("* | eval big=size>15 | where big:true OR status:true", ["#8", "#6 big=true", "#3 big=true", "#2 big=true"]),
        // fields
        ("user:dana | fields user, size", ["user=dana", "user=dana size=20", "user=dana size=10"]),
        ("user:dana | fields user, size | where size>15", ["user=dana size=20"]),
        ("user:dana | fields user, size | where 20", ["user=dana size=20"]),
        ("user:dana | head 1 | fields - action, product, ip, message", ["time=1970-01-01T02:30:00Z status=Success user=dana"]),
        // sort: numbers in texts are numbers; missing values last, both ways; ties as they came
        ("size:* | sort size", ["#4", "#1", "#2", "#3", "#6", "#7"]),
        ("size:* | sort -size", ["#6", "#3", "#2", "#1", "#4", "#7"]),
        ("* | sort user, -size | head 4", ["#2", "#1", "#7", "#4"]),
        ("* | sort -time | tail 1", ["#1"]),
        // dedup
        ("* | dedup user", ["#8", "#7", "#5", "#4", "#3"]),
        ("* | dedup 2 user", ["#8", "#7", "#6", "#5", "#4", "#3", "#2"]),
        ("user:* | dedup user, ip | stats count", ["count=6"]),
        // top and rare
        ("* | top user", ["user=dana count=3 percent=42.86", "user=fay count=2 percent=28.57", "user=Eli count=1 percent=14.29",
            "user=eli count=1 percent=14.29"]),
        ("* | top 1 status", ["status=Failure count=3 percent=50"]),
        ("* | rare 2 user", ["user=Eli count=1 percent=14.29", "user=eli count=1 percent=14.29"]),
        ("* | top 2 user, ip", ["user=dana ip=10.0.0.1 count=2 percent=40", "user=dana ip=10.0.0.2 count=1 percent=20"]),
        ("* | top tag", ["tag=red count=2 percent=66.67", "tag=blue count=1 percent=33.33"]),
        ("nothing | top user", []),
        // stats
        ("* | stats count", ["count=8"]),
        ("nothing | stats count, sum(size), dc(user)", ["count=0 dc_user=0"]),
        ("nothing | stats count by user", []),
        ("* | stats count by user", ["count=1", "user=dana count=3", "user=Eli count=1", "user=eli count=1", "user=fay count=2"]),
        ("* | stats count(size) as n, sum(size), avg(size), min(size), max(size) by status",
            ["n=1 sum_size=1000 avg_size=1000 min_size=1000 max_size=1000", "status=true n=0",
                "status=Failure n=3 sum_size=52.5 avg_size=17.5 min_size=2.5 max_size=30",
                "status=Success n=1 sum_size=10 avg_size=10 min_size=10 max_size=10"]),
        ("* | stats dc(ip), values(ip) by user | where dc_ip>1",
            ["user=dana dc_ip=2 values_ip=10.0.0.1, 10.0.0.2"]),
        ("* | stats first(ip), last(ip), first(status) as s by user | where user:dana",
            ["user=dana first_ip=10.0.0.1 last_ip=10.0.0.1 s=Success"]),
        ("user:dana | stats first(size), last(size)", ["first_size=10 last_size=20"]),
        ("* | stats p50(size), p95(size), p99(size)", ["p50_size=20 p95_size=1000 p99_size=1000"]),
        ("* | stats count(tag), values(tag)", ["count_tag=4 values_tag=blue, red"]),
        ("* | stats count by tag | where tag:*", ["tag=blue count=1", "tag=red count=2"]),
        ("* | stats min(user), max(user), max(time)", ["min_user=dana max_user=fay max_time=1970-01-01T02:31:00Z"]),
        ("* | stats count by user | sort -count | head 1 | eval x=count*2", ["user=dana count=3 x=6"]),
        ("* | stats count by user | stats sum(count) as all, count as users", ["all=8 users=5"]),
        // timechart: empty buckets between are given
        ("* | timechart span=1h count", ["time=1970-01-01T00:00:00Z count=6", "time=1970-01-01T01:00:00Z count=0",
            "time=1970-01-01T02:00:00Z count=2"]),
        ("* | timechart span=1h sum(size) as s", ["time=1970-01-01T00:00:00Z s=1062.5", "time=1970-01-01T01:00:00Z",
            "time=1970-01-01T02:00:00Z"]),
        ("status:* | timechart span=1h count by status", ["time=1970-01-01T00:00:00Z status=Failure count=3",
            "time=1970-01-01T00:00:00Z status=Success count=1", "time=1970-01-01T02:00:00Z status=true count=1",
            "time=1970-01-01T02:00:00Z status=Success count=1"]),
        ("* | timechart span=1h count | where count>2", ["time=1970-01-01T00:00:00Z count=6"]),
        ("* | timechart span=1h count | where time>1970-01-01T01:30:00Z", ["time=1970-01-01T02:00:00Z count=2"]),
        ("nothing | timechart count", []),
        // eval, rename, lookup
        ("user:fay | eval kb=size/1000, who=upper(user)", ["#8 who=FAY", "#6 kb=1 who=FAY"]),
        ("user:fay | eval a=1 | eval a=a+1", ["#8 a=2", "#6 a=2"]),
        ("user:fay | rename user as who | where who:FAY | fields who", ["who=fay", "who=fay"]),
        ("user:fay | rename user as ip | stats count by ip", ["ip=fay count=2"]),
        ("* | head 2 | lookup people user", ["#8 team=ops", "#7 team=dev boss=fay"]),
        ("* | lookup people user | stats count by team", ["count=1", "team=dev count=3", "team=ops count=4"]),
        // sessions
        ("* | sessions gap=30m by user", ["user=fay start=1970-01-01T02:31:00Z end=1970-01-01T02:31:00Z duration=0 count=1",
            "user=dana start=1970-01-01T02:30:00Z end=1970-01-01T02:30:00Z duration=0 count=1",
            "user=fay start=1970-01-01T00:50:00Z end=1970-01-01T00:50:00Z duration=0 count=1",
            "user=Eli start=1970-01-01T00:30:00Z end=1970-01-01T00:30:00Z duration=0 count=1",
            "user=eli start=1970-01-01T00:20:00Z end=1970-01-01T00:20:00Z duration=0 count=1",
            "user=dana start=1970-01-01T00:00:00Z end=1970-01-01T00:10:00Z duration=600 count=2"]),
        ("user:dana | sort size | sessions gap=3h by user | fields duration, count", ["duration=9000 count=3"]),
        ("* | sessions gap=10m by status | where status:failure | fields count", ["count=3"]),
    ]

    private static let people = "User,team,boss\nfay,ops,\nDANA,dev,fay\neli,ops,fay\nEli,dev,fay\n"

    @Test(arguments: cases.indices)
    func gives(index: Int) throws {
        let (query, rows) = Self.cases[index]
        var search = TestSearch(Self.events)
        search.tables = ["people": try LookupTable(name: "people", csv: Array(Self.people.utf8))]
        #expect(try search.rows(query) == rows, "\(query)")
    }

    @Test func spanOfAChartSuitsTheTime() throws {
        var search = TestSearch(Self.events)
        search.span = Timestamp(seconds: 0)..<Timestamp(seconds: 7 * 86_400)
        #expect(try search.rows("* | timechart count") == ["time=1970-01-01T00:00:00Z count=8"])
        search.span = Timestamp(seconds: 0)..<Timestamp(seconds: 9_060)
        #expect(try search.rows("* | timechart count").count == 31, "five minutes a bucket")
    }

    @Test func vendorFieldsAreReadWhereOCSFHasNone() throws {
        let search = TestSearch([
            SampleEvent(1, ["eventType": "login", "client.IP": "10.0.0.1"], isVendor: true),
            SampleEvent(2, ["eventtype": "mapped"]),
        ])
        #expect(try search.rows("* | stats values(EventType) as t, values(raw.client.ip) as i, count(raw.eventType) as n")
            == ["t=login, mapped i=10.0.0.1 n=1"])
    }

    @Test func anAliasIsItsFirstFieldThatHasAValue() throws {
        let search = TestSearch([
            SampleEvent(1, ["actor.user.email_addr": "a@x", "actor.user.name": "A", "identity": "id"]),
            SampleEvent(2, ["user.name": "b", "actor.user.name": .null]),
            SampleEvent(3, ["user": "c"]),
        ])
        #expect(try search.rows("* | stats values(user)") == ["values_user=a@x, b, c"])
    }
}
