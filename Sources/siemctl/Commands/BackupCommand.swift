import ArgumentParser
import Storage

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store to a folder, with siemd running or stopped.",
        discussion: """
            The copy is consistent: as of one moment. The folder holds one backup, which takes the place of the one before it \
            when it is complete; days that have not changed since are not copied again. siemctl restore makes a store of it.
            """)

    @Argument(help: "An empty or new folder, or one with a backup of this store.", completion: .directory)
    var directory: String

    @OptionGroup var store: StoreOptions

    func run() throws {
        let files = try store.files()
        do {
            let report = try StoreBackup.take(of: files, to: directory)
            Console.note(
                "\(directory): \(report.copiedFiles) files copied, \(ByteText.short(report.copiedBytes)), "
                    + "\(report.keptFiles) unchanged")
        } catch let error as StoreError {
            throw CommandError(.environment, "the backup was not taken: \(error)")
        }
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a store of a backup.",
        discussion: """
            Every file of the backup is checked first. The store's folder (--data, or the configuration's) must not hold a \
            store. Collectors go on from where they were when the backup was taken.
            """)

    @Argument(help: "The folder with the backup.", completion: .directory)
    var directory: String

    @OptionGroup var store: StoreOptions

    func run() throws {
        let files = try store.files()
        do {
            let report = try StoreBackup.restore(from: directory, to: files)
            Console.note("\(files.directory): \(report.copiedFiles) files, \(ByteText.short(report.copiedBytes))")
        } catch let error as StoreError {
            throw CommandError(.environment, "nothing was restored: \(error)")
        }
    }
}
