import CSQLite
import Foundation
import Synchronization

// Unsafe: a file of ours is a `Head`, then the file of SQLite's own file system, in the memory that SQLite reserves for both.

/// SQLite's file system, with the disks of tests in it: files below their folders are theirs, all others are opened as always.
enum FaultyFileSystem {
    private struct Head {
        var methods: UnsafePointer<sqlite3_io_methods>?
        var disk: Unmanaged<FaultyDisk>
        var path: Unmanaged<NSString>
    }

    private typealias File = UnsafeMutablePointer<sqlite3_file>

    private static let disks = Mutex<[FaultyDisk]>([])
    /// Keeps the alignment of what follows.
    private static let headBytes = 64

    static func add(_ disk: FaultyDisk) {
        _ = isRegistered
        disks.withLock { $0.append(disk) }
    }

    static func remove(_ disk: FaultyDisk) { disks.withLock { $0.removeAll { $0 === disk } } }

    private static func disk(of name: UnsafePointer<CChar>?) -> FaultyDisk? {
        guard let name else { return nil }
        let path = String(cString: name)
        return disks.withLock { $0.first { $0.owns(path) } }
    }

    // MARK: - The file system

    // Never freed, never changed once it is registered.
    nonisolated(unsafe) private static let real = sqlite3_vfs_find(nil).unsafelyUnwrapped
    nonisolated(unsafe) private static let own = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)

    private static let isRegistered: Bool = {
        own.initialize(to: real.pointee)
        own.pointee.pNext = nil
        own.pointee.szOsFile += Int32(headBytes)
        own.pointee.zName = UnsafePointer(strdup("faulty"))
        own.pointee.xOpen = { _, name, file, flags, flagsOut in
            guard let file, let disk = disk(of: name), let name else {
                return real.pointee.xOpen(real, name, file, flags, flagsOut)
            }
            file.pointee.pMethods = nil
            let path = String(cString: name)
            if flags & SQLITE_OPEN_CREATE != 0, access(name, F_OK) != 0, !disk.allows(path) { return SQLITE_CANTOPEN }
            let code = real.pointee.xOpen(real, name, realFile(file), flags, flagsOut)
            guard code == SQLITE_OK else { return code }
            UnsafeMutableRawPointer(file).initializeMemory(
                as: Head.self,
                to: Head(methods: methods, disk: .passRetained(disk), path: .passRetained(path as NSString)))
            return SQLITE_OK
        }
        own.pointee.xDelete = { _, name, sync in
            // Removing needs no space, but is a step like any other.
            if let disk = disk(of: name), let name, access(name, F_OK) == 0 {
                _ = disk.allows(String(cString: name), isRemoval: true)
            }
            return real.pointee.xDelete(real, name, 0)
        }
        return sqlite3_vfs_register(own, 1) == SQLITE_OK
    }()

    // MARK: - Files

    private static func realFile(_ file: File?) -> File {
        (UnsafeMutableRawPointer(file.unsafelyUnwrapped) + headBytes).assumingMemoryBound(to: sqlite3_file.self)
    }

    private static func head(_ file: File?) -> UnsafeMutablePointer<Head> {
        UnsafeMutableRawPointer(file.unsafelyUnwrapped).assumingMemoryBound(to: Head.self)
    }

    private static func allows(_ file: File?) -> Bool {
        let head = head(file).pointee
        return head.disk.takeUnretainedValue().allows(head.path.takeUnretainedValue() as String)
    }

    private static func methods(_ file: File?) -> sqlite3_io_methods { realFile(file).pointee.pMethods.pointee }

    // SQLITE_IOERR_TRUNCATE and SQLITE_IOERR_FSYNC: macros that Swift does not see.
    private static let cannotTruncate = SQLITE_IOERR | 6 << 8
    private static let cannotSync = SQLITE_IOERR | 4 << 8

    nonisolated(unsafe) private static let methods: UnsafePointer<sqlite3_io_methods> = {
        var own = sqlite3_io_methods()
        own.iVersion = 3
        own.xClose = { file in
            let code = methods(file).xClose(realFile(file))
            let head = head(file).pointee
            head.disk.release()
            head.path.release()
            return code
        }
        own.xRead = { methods($0).xRead(realFile($0), $1, $2, $3) }
        own.xWrite = { file, bytes, count, offset in
            let head = head(file).pointee
            let disk = head.disk.takeUnretainedValue()
            let path = head.path.takeUnretainedValue() as String
            let isAllowed = disk.allows(path)
            guard !isAllowed || disk.isObserved else { return methods(file).xWrite(realFile(file), bytes, count, offset) }
            // A full disk takes what fits.
            let code = methods(file).xWrite(realFile(file), bytes, count / 2, offset)
            guard isAllowed, code == SQLITE_OK else { return SQLITE_FULL }
            disk.isTorn(path)
            return methods(file).xWrite(realFile(file), bytes, count, offset)
        }
        own.xTruncate = { allows($0) ? methods($0).xTruncate(realFile($0), $1) : cannotTruncate }
        own.xSync = { file, _ in allows(file) ? SQLITE_OK : cannotSync }
        own.xFileSize = { methods($0).xFileSize(realFile($0), $1) }
        own.xLock = { methods($0).xLock(realFile($0), $1) }
        own.xUnlock = { methods($0).xUnlock(realFile($0), $1) }
        own.xCheckReservedLock = { methods($0).xCheckReservedLock(realFile($0), $1) }
        own.xFileControl = { methods($0).xFileControl(realFile($0), $1, $2) }
        own.xSectorSize = { methods($0).xSectorSize(realFile($0)) }
        own.xDeviceCharacteristics = { methods($0).xDeviceCharacteristics(realFile($0)) }
        own.xShmMap = { methods($0).xShmMap(realFile($0), $1, $2, $3, $4) }
        own.xShmLock = { methods($0).xShmLock(realFile($0), $1, $2, $3) }
        own.xShmBarrier = { methods($0).xShmBarrier(realFile($0)) }
        own.xShmUnmap = { methods($0).xShmUnmap(realFile($0), $1) }
        own.xFetch = { methods($0).xFetch(realFile($0), $1, $2, $3) }
        own.xUnfetch = { methods($0).xUnfetch(realFile($0), $1, $2) }
        let pointer = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        pointer.initialize(to: own)
        return UnsafePointer(pointer)
    }()
}
