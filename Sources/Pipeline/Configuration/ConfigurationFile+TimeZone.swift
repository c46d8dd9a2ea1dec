import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// The `time_zone:` of a source; nil if there is none, or if it is wrong, which is then logged.
    static func timeZone(_ section: YAMLSection) -> ZoneOffsets? {
        guard let text = section.string("time_zone") else { return nil }
        let zone = ZoneReader.zone(text)
        if zone == nil {
            let hint = ZoneReader.hint(for: text)
            section.error("time_zone", "\"time_zone\" must be \(ZoneReader.forms), not \"\(text)\"\(hint)")
        }
        return zone
    }
}
