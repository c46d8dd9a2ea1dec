import ArgumentParser
import Glibc

/// The command for people: searches, triages, checks and tests. Works on the store's files directly, so that it needs no daemon.
@main
struct Siemctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "siemctl",
        abstract: "Search, triage and test Perimeter.",
        discussion: """
            Exits 0 when all is fine, 1 when checks or tests failed, 2 on wrong usage, 3 when something it needs is not there, \
            4 when a part of the store could not be read, 130 on Ctrl-C. siemctl --generate-completion-script bash (or zsh, \
            fish) prints completions for your shell.
            """,
        subcommands: [
            SearchCommand.self, SQLCommand.self, FieldsCommand.self, ValuesCommand.self, SearchesCommand.self,
            AlertCommand.self, EntityCommand.self, SilenceCommand.self, RoutingCommand.self, WebhookCommand.self,
            DrillCommand.self,
            StatusCommand.self, RuleCommand.self, BaselineCommand.self, MappingCommand.self, NormaliseCommand.self,
            IdentityCommand.self, PrivacyCommand.self, SyslogCommand.self, ConfigCommand.self, SourceCommand.self,
            StoreCommand.self, BackupCommand.self, RestoreCommand.self,
        ])

    /// Our exit statuses instead of the argument parser's (64 for wrong usage).
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try await asyncParseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            Console.note("siemctl: \(error)")
            Glibc.exit(error.status.rawValue)
        } catch {
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if status == .success {
                if !message.isEmpty { Console.print(message) }
                Glibc.exit(0)
            }
            if !message.isEmpty { Console.note(message) }
            Glibc.exit(status == .validationFailure ? CommandError.Status.usage.rawValue : max(1, min(status.rawValue, 125)))
        }
    }
}
