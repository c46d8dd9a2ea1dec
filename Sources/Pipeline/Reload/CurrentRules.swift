import Detection
import Synchronization

/// The rules that lanes match with. A reload swaps the whole set between two batches; none is matched with parts of both.
final class CurrentRules: Sendable {
    private let ruleSet: Mutex<RuleSet>

    init(_ ruleSet: RuleSet) { self.ruleSet = Mutex(ruleSet) }

    var value: RuleSet { ruleSet.withLock { $0 } }

    func replace(with next: RuleSet) { ruleSet.withLock { $0 = next } }
}
