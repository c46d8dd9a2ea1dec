/// A sum that stays whole while it can, and the count of what was summed. Values that are no numbers are left out.
struct NumberSum {
    private var whole: Int64 = 0
    private var real = 0.0
    private var isWhole = true
    private var count = 0

    mutating func add(_ value: FieldValue) {
        if case .integer(let integer) = value, isWhole {
            let (sum, overflow) = whole.addingReportingOverflow(integer)
            if !overflow {
                whole = sum
                count += 1
                return
            }
        }
        guard let number = value.number else { return }
        if isWhole {
            isWhole = false
            real = Double(whole)
        }
        real += number
        count += 1
    }

    /// Null if there was no number.
    var sum: FieldValue { count == 0 ? .null : isWhole ? .integer(whole) : FieldValue.number(real).whole }

    var average: FieldValue {
        count == 0 ? .null : FieldValue.number((isWhole ? Double(whole) : real) / Double(count)).whole
    }
}
