public import Alerting
import EventModel
public import LocatedYAML

extension ConfigurationFile {
    /// Where the parts of `routing:` are written, for what is found to be wrong with the whole.
    private struct RoutingPlaces {
        var sections: [RoutingFlaw.Place: YAMLSection] = [:]
    }

    /// `routing:`; nil if it is not there, or wrong, which is then logged.
    ///
    /// - Parameter receivers: what a route may name.
    public static func routing(_ root: YAMLSection, receivers: [String: RoutingConfiguration.Receiver]) -> RoutingConfiguration? {
        guard let section = root.section("routing") else { return nil }
        defer { section.finish() }
        var places = RoutingPlaces()
        guard let top = section.requiredSection("route") else { return nil }
        let route = route(top, [], &places)
        var rules: [InhibitionRule] = []
        for (number, entry) in section.sections("inhibit_rules").enumerated() {
            places.sections[.inhibitionRule(number)] = entry
            rules.append(
                InhibitionRule(
                    sourceMatchers: matchers(entry, "source_matchers"), targetMatchers: matchers(entry, "target_matchers"),
                    equal: entry.strings("equal")))
            entry.finish()
        }
        var intervals: [String: [CalendarInterval]] = [:]
        var taken: [String: SourceLocation] = [:]
        for entry in section.sections("time_intervals") {
            let parts = entry.sections("time_intervals").map(calendarInterval)
            if parts.isEmpty { entry.missing("time_intervals") }
            if let name = uniqueName(entry, &taken) { intervals[name] = parts }
            entry.finish()
        }
        let configuration = RoutingConfiguration(
            route: route, receivers: receivers, inhibitionRules: rules, timeIntervals: intervals)
        let flaws = configuration.flaws()
        for flaw in flaws {
            let place = places.sections[flaw.place] ?? section
            place.error(flaw.key, "\"\(flaw.key)\": \(flaw.message)")
        }
        return flaws.isEmpty ? configuration : nil
    }

    private static func route(_ section: YAMLSection, _ path: [Int], _ places: inout RoutingPlaces) -> RouteConfiguration {
        defer { section.finish() }
        places.sections[.route(path)] = section
        var route = RouteConfiguration(
            receiver: section.string("receiver"), matchers: matchers(section, "matchers"),
            continues: section.bool("continue") ?? false,
            groupBy: section.has("group_by") ? section.strings("group_by") : nil,
            groupWait: section.duration("group_wait"), groupInterval: section.duration("group_interval"),
            repeatInterval: section.duration("repeat_interval"), muteTimeIntervals: section.strings("mute_time_intervals"),
            activeTimeIntervals: section.strings("active_time_intervals"))
        let children = section.sections("routes")
        // Deeper ones are an error, which `RoutingConfiguration.flaws` words; they are not read.
        let isTooDeep = path.count > RoutingConfiguration.maximumDepth
        route.routes = isTooDeep ? [] : children.enumerated().map { Self.route($1, path + [$0], &places) }
        return route
    }

    /// A text, or a list of them.
    private static func matchers(_ section: YAMLSection, _ key: String) -> [LabelMatcher] {
        let items = section.node(key).map { $0.sequence ?? [$0] } ?? []
        return items.flatMap { item -> [LabelMatcher] in
            guard case .text? = item.scalar?.value, let text = item.scalar?.text else {
                section.log.error(at: item.location, "each item of \"\(key)\" must be a matcher such as level=~\"high|critical\"")
                return []
            }
            do {
                return try LabelMatcher.parse(text)
            } catch {
                section.log.error(at: item.location, "\"\(text)\" is no matcher: \(error)")
                return []
            }
        }
    }

    private static func calendarInterval(_ section: YAMLSection) -> CalendarInterval {
        defer { section.finish() }
        var interval = CalendarInterval(
            weekdays: ranges(section, "weekdays", "a day or days, such as monday:friday", CalendarInterval.weekdays),
            daysOfMonth: ranges(section, "days_of_month", "a day or days, such as 1:5 or -3:-1", CalendarInterval.daysOfMonth),
            months: ranges(section, "months", "a month or months, such as january or 3:5", CalendarInterval.months),
            years: ranges(section, "years", "a year or years, such as 2026:2028", CalendarInterval.years))
        if section.has("times") {
            interval.times = section.sections("times").compactMap { times in
                defer { times.finish() }
                let (first, last) = (times.requiredString("start_time"), times.requiredString("end_time"))
                guard let start = first, let end = last else { return nil }
                let range = CalendarInterval.times(from: start, to: end)
                if range == nil {
                    times.error("start_time", "\"start_time\" and \"end_time\" must be like '09:00' and '17:00', the end later")
                }
                return range
            }
        }
        if let location = section.string("location") {
            interval.location = location
            if ZoneReader.zone(location) == nil {
                let hint = ZoneReader.hint(for: location)
                section.error("location", "\"location\" must be \(ZoneReader.forms), not \"\(location)\"\(hint)")
            }
        }
        return interval
    }

    private static func ranges<Range>(
        _ section: YAMLSection, _ key: String, _ form: String, _ read: (String) -> Range?
    ) -> [Range]? {
        // As in Alertmanager, an empty list allows anything, as none does.
        guard section.has(key), section.list(key)?.isEmpty == false else { return nil }
        return section.strings(key).compactMap { text in
            let range = read(text)
            if range == nil { section.error(key, "each item of \"\(key)\" must be \(form), not \"\(text)\"") }
            return range
        }
    }

    /// The zones that the intervals name, for `Router`.
    public static func zoneOffset(_ routing: RoutingConfiguration) -> Router.ZoneOffset {
        var zones: [String: ZoneOffsets] = [:]
        for case let location? in routing.timeIntervals.values.joined().map(\.location) where zones[location] == nil {
            zones[location] = ZoneReader.zone(location)
        }
        return { [zones] name, time in
            let seconds = time.microseconds >= 0 ? time.microseconds / 1_000_000 : (time.microseconds - 999_999) / 1_000_000
            return Int(zones[name]?.offset(at: seconds) ?? 0)
        }
    }
}
