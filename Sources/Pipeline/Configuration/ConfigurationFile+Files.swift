import Collectors
import LocatedYAML

extension ConfigurationFile {
    static func fileDoor(_ section: YAMLSection, in folder: String, maximumRecord: Int?) -> SourceConfiguration.Door? {
        let paths = patterns("path", section, in: folder)
        if paths.isEmpty, section.node("path")?.sequence?.isEmpty ?? !section.has("path") { section.missing("path") }
        var file = FileConfiguration(paths: paths)
        file.excluded = patterns("exclude", section, in: folder)
        if let format = section.choice("format", of: FileFormat.self) { file.format = format }
        if let wait = duration("unterminated_after", section, atLeast: 100_000) { file.unterminatedAfter = wait }
        if let interval = duration("poll_interval", section, atLeast: 10_000) { file.pollInterval = interval }
        if let maximumRecord { file.maximumLineBytes = maximumRecord }
        return paths.isEmpty ? nil : .file(file)
    }

    /// Patterns of files, relative ones seen from `folder`; those without a slash that exclude are names in any directory.
    private static func patterns(_ key: String, _ section: YAMLSection, in folder: String) -> [String] {
        section.strings(key).compactMap { text in
            if let problem = FileConfiguration.problem(inPattern: text) {
                section.error(key, problem)
                return nil
            }
            if text.hasPrefix("/") || key == "exclude" && !text.contains("/") { return text }
            return FileConfiguration.pattern(of: folder) + "/" + text
        }
    }

    private static func duration(_ key: String, _ section: YAMLSection, atLeast least: Int64) -> Duration? {
        guard let microseconds = section.duration(key) else { return nil }
        guard (least...86_400_000_000).contains(microseconds) else {
            section.error(key, "\"\(key)\" must be between \(DurationText.text(least)) and 1d")
            return nil
        }
        return .microseconds(microseconds)
    }
}
