import Collectors
import LocatedYAML

extension ConfigurationFile {
    static func fileDoor(_ section: YAMLSection, in folder: String, maximumRecord: Int?) -> SourceConfiguration.Door? {
        guard let path = section.requiredString("path") else { return nil }
        var file = FileConfiguration(path: resolve(path, in: folder))
        if let maximumRecord { file.maximumLineBytes = maximumRecord }
        return .file(file)
    }
}
