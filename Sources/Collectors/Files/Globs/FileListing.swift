#if canImport(Glibc)
import Glibc
#endif

/// A file that matches.
package struct ListedFile: Equatable, Sendable {
    package var path: FilePath
    package var facts: FileFacts

    package init(path: FilePath, facts: FileFacts) {
        self.path = path
        self.facts = facts
    }
}

/// Something at a path that keeps it from being read.
package struct FileProblem: Hashable, Sendable {
    package var path: FilePath
    package var reason: String
}

/// How much of the file system one look may take in.
package struct ListingLimits: Sendable, Equatable {
    /// Directories below each other that `**` goes through.
    package var depth = 16
    package var directories = 10_000
    /// Entries of directories that are looked at.
    package var entries = 200_000

    package init() {}
}

/// What matches some patterns now. The calls may block on the disk.
package struct FileListing: Sendable {
    /// Regular files, by path.
    package private(set) var files: [FilePath: FileFacts] = [:]
    /// Those whose changes may change the list, whether they exist or not.
    package private(set) var directories: Set<FilePath> = []
    package private(set) var problems: Set<FileProblem> = []
    private let excluded: [GlobPattern]
    private let limits: ListingLimits
    private var entries = 0

    package init(_ patterns: [GlobPattern], excluding excluded: [GlobPattern] = [], limits: ListingLimits = ListingLimits()) {
        self.excluded = excluded
        self.limits = limits
        for pattern in patterns {
            if let path = pattern.literal {
                directories.insert(path.directory)
                take(path, isDirectoryExpected: false)
                continue
            }
            walk(pattern, 0, in: pattern.isAbsolute ? FilePath("/") : FilePath("."), depth: 0, isBelowAnyDepth: false)
        }
    }

    /// - Parameter depth: directories that `**` has gone through.
    private mutating func walk(
        _ pattern: GlobPattern, _ index: Int, in directory: FilePath, depth: Int, isBelowAnyDepth: Bool
    ) {
        switch pattern.components[index] {
        case .name(let name):
            let isLast = index == pattern.components.count - 1
            if let literal = name.literal {
                let path = directory.appending(literal)
                if isLast {
                    directories.insert(directory)
                    take(path, isDirectoryExpected: isBelowAnyDepth)
                } else {
                    walk(pattern, index + 1, in: path, depth: depth, isBelowAnyDepth: isBelowAnyDepth)
                }
                return
            }
            for entry in list(directory) where name.matches(entry.name[...]) {
                let path = directory.appending(entry.name)
                if isLast {
                    if !(isBelowAnyDepth && entry.kind == .directory) { take(path, isDirectoryExpected: isBelowAnyDepth) }
                } else if entry.kind != .file {
                    walk(pattern, index + 1, in: path, depth: depth, isBelowAnyDepth: isBelowAnyDepth)
                }
            }
        case .anyDepth:
            walk(pattern, index + 1, in: directory, depth: depth, isBelowAnyDepth: true)
            for entry in list(directory) where entry.kind == .directory && entry.name.first != UInt8(ascii: ".") {
                let path = directory.appending(entry.name)
                if depth >= limits.depth {
                    report(path, "it is more than \(limits.depth) directories below a \"**\"; name it in a pattern of its own")
                } else {
                    walk(pattern, index, in: path, depth: depth + 1, isBelowAnyDepth: true)
                }
            }
        }
    }

    private mutating func report(_ path: FilePath, _ reason: String) {
        problems.insert(FileProblem(path: path, reason: reason))
    }

    private mutating func take(_ path: FilePath, isDirectoryExpected: Bool) {
        guard files[path] == nil, !excluded.contains(where: { $0.excludes(path) }) else { return }
        var info = stat()
        guard path.withCString({ stat($0, &info) }) == 0 else {
            // A file need not be there yet; a symbolic link may dangle while it is switched.
            if errno != ENOENT && errno != ENOTDIR { report(path, String(cString: strerror(errno))) }
            return
        }
        switch info.st_mode & S_IFMT {
        case S_IFREG: files[path] = FileFacts(info)
        case S_IFDIR: if !isDirectoryExpected { report(path, "it is a directory, not a file") }
        case S_IFIFO: report(path, "it is a named pipe, not a file")
        case S_IFSOCK: report(path, "it is a socket, not a file")
        default: report(path, "it is a device, not a file")
        }
    }

    /// The entries of a directory; none, with a report, where it cannot be read.
    private mutating func list(_ directory: FilePath) -> [DirectoryEntry] {
        if directories.count >= limits.directories {
            report(directory, "the patterns match more than \(limits.directories) directories; the others are not looked at")
            return []
        }
        directories.insert(directory)
        guard entries < limits.entries else {
            report(directory, "there are more than \(limits.entries) files to look at; those that come later are not")
            return []
        }
        do {
            let list = try DirectoryEntry.all(in: directory, maximum: limits.entries - entries)
            entries += list.count
            return list
        } catch {
            if !error.isMissing { report(directory, error.reason) }
            return []
        }
    }
}
