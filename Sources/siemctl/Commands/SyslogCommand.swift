import ArgumentParser
import Collectors
import EventModel
import Normaliser
import Pipeline

struct SyslogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syslog", abstract: "Look at syslog as Perimeter does.", subcommands: [Decode.self])

    enum Framing: String, ExpressibleByArgument, CaseIterable {
        /// Octet counting and newline, told apart frame by frame, as on a TCP connection.
        case auto
        case octetCounting = "octet-counting"
        /// The whole input is one frame, as in a datagram.
        case none
    }

    struct Decode: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decode frames from standard input; print one JSON object a frame.",
            discussion: "Exits 1 when a frame is malformed; it is printed all the same, with the errors.")

        @Option(help: "auto, octet-counting or none (the whole input is one frame).")
        var framing = Framing.auto

        @Option(help: "Local time at the sender, for stamps without an offset: \(ZoneReader.forms).")
        var timeZone = "UTC"

        @Option(help: "The time of receipt (RFC 3339), by which stamps without a year get theirs; without it now.")
        var receivedAt: String?

        func run() throws {
            guard let zone = ZoneReader.zone(timeZone) else {
                let hint = ZoneReader.hint(for: timeZone)
                throw ValidationError("--time-zone must be \(ZoneReader.forms), not \"\(timeZone)\"\(hint)")
            }
            let time = try receiptTime()
            let input = try Console.read(nil)
            let frames: [(bytes: [UInt8], flaw: RecordFlaw)] =
                switch framing {
                case .auto: SyslogFraming.frames(of: input, mode: .auto)
                case .octetCounting: SyslogFraming.frames(of: input, mode: .octetCounting)
                case .none: [(input, .none)]
                }
            var isSound = true
            for frame in frames {
                // The input's end cut it off: no frame, but nothing to be silent about either.
                if frame.flaw == .incompleteFrame {
                    isSound = false
                    Console.note("\(frame.bytes.count) bytes left over: \(frame.flaw.explanation)")
                    continue
                }
                let flaw = frame.flaw == .none ? nil : frame.flaw.explanation
                isSound = isSound && flaw == nil
                frame.bytes.withUnsafeBytes { bytes in
                    Console.print(SyslogJSON.text(bytes, receivedAt: time, zone: zone, flaw: flaw))
                    if !SyslogFrame.decode(bytes, receivedAt: time, zone: zone).errors.isEmpty { isSound = false }
                }
            }
            if !isSound { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        private func receiptTime() throws -> Timestamp {
            guard let text = receivedAt else { return .now() }
            guard let time = RFC3339.parse(text) else {
                throw ValidationError("--received-at must be a time such as 2026-11-24T12:00:00Z, not \"\(text)\"")
            }
            return time
        }
    }
}
