import Alerting
import ArgumentParser
import Collectors
import EventModel
import LocatedYAML
import Pipeline

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report everything that is wrong with the configuration, its mappings and its rules.",
            discussion: "Exits 1 when there are errors. Secrets that cannot be fetched from here are warnings.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            guard let path = options.path else {
                return Console.print("no perimeter.yml here: the defaults hold")
            }
            let (configuration, found) = ConfigurationFile.read(path)
            var diagnostics = found
            if let configuration {
                diagnostics += Self.missingSecrets(configuration)
                do throws(StartError) {
                    diagnostics += try DetectionSetup(configuration: configuration).warnings
                } catch {
                    diagnostics += error.diagnostics
                }
            }
            Diagnostics.print(diagnostics.inReadingOrder)
            Console.print("\(path): \(Diagnostics.summary(diagnostics))")
            if diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        /// The daemon may run with an environment that a person's shell has not.
        private static func missingSecrets(_ configuration: Configuration) -> [Diagnostic] {
            configuration.webhooks.flatMap { missing($0.secrets, of: "webhook \($0.name)", at: $0.location) }
                + configuration.mail.flatMap { mail in
                    missing([mail.password].compactMap { $0 }, of: "mail \(mail.mailbox.name)", at: mail.location)
                }
                + configuration.sources.flatMap { source -> [Diagnostic] in
                    guard let location = source.location else { return [] }
                    return switch source.door {
                    case .http(let http): missing(http.secrets, of: "source \(source.name)", at: location)
                    case .poll(let poll):
                        poll.secrets.flatMap { missing([$0.reference], of: "source \(source.name): \($0.name)", at: location) }
                    case .syslog, .file: []
                    }
                }
        }

        private static func missing(_ secrets: [SecretReference], of owner: String, at place: SourceLocation) -> [Diagnostic] {
            secrets.compactMap { secret in
                do throws(SecretError) {
                    _ = try secret.fetch()
                    return nil
                } catch {
                    return Diagnostic(.warning, at: place, "\(owner): \(error)")
                }
            }
        }
    }
}
