import Alerting
import EventModel
import Pipeline
import Storage

/// The playbook of a finding's rule, filled with the finding's values, with the steps that are done.
struct PlaybookLines {
    let playbook: Playbook
    private let values: PlaybookValues

    /// Nil if the rule names none; what is wrong with the files is told.
    init?(_ stored: StoredFinding, products: [String], _ configuration: Configuration) {
        guard let name = stored.finding.rule.playbook else { return nil }
        let (library, problems) = PlaybookFolder.read(configuration.playbooks)
        Diagnostics.print(problems)
        guard let playbook = library[name] else {
            Console.note("there is no playbook \(name) in \(configuration.playbooks)")
            return nil
        }
        self.playbook = playbook
        let (register, flaws) = VendorFile.read(configuration.vendors)
        Diagnostics.print(flaws)
        values = PlaybookValues(stored.finding, vendor: register?.vendor(of: products))
    }

    /// Each step has its id before it.
    /// - Parameter changes: what was done with the finding, in order.
    func lines(_ changes: [HandChange], _ style: Style) -> [String] {
        var ids = playbook.steps.map(\.id)[...]
        let text = playbook.text(values, for: .terminal, done: Self.done(changes))
        let body = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.isEmpty || $0.hasPrefix("# ") }
        var lines = [style.paint("What to do", .bold) + "  " + playbook.title]
        for line in body {
            let mark = line.drop { $0 == " " }.prefix(5)
            if mark == "- [ ]" || mark == "- [x]", let id = ids.popFirst() {
                lines.append(style.paint(id, .dim) + " " + line)
            } else {
                lines.append(String(line))
            }
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        lines.append(style.paint("siemctl alert step UID ID ticks a step off", .dim))
        return lines
    }

    /// The steps that are done, by what was said last of each.
    private static func done(_ changes: [HandChange]) -> Set<String> {
        var done: Set<String> = []
        for change in changes where change.action == .step {
            let parts = change.detail.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            if parts[0] == "done" { done.insert(String(parts[1])) } else { done.remove(String(parts[1])) }
        }
        return done
    }
}
