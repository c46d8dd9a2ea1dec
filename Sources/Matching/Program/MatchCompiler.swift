import EventModel

/// One step of a program: a test, and where to go on when it holds and when not.
struct Instruction: Sendable {
    static let accept: Int32 = -1
    static let reject: Int32 = -2

    static let noSlot = UInt32.max

    var test: UInt32
    var onTrue: Int32
    var onFalse: Int32
    /// The slot of a test of equality, else `noSlot`: saves most tests from being read.
    var keySlot: UInt32
}

/// Turns expressions into short-circuit code. Compiles many into one run of instructions; each begins where `compile` says.
struct MatchCompiler {
    var tests: TestTableBuilder
    private(set) var code: [Instruction] = []
    private var labels: [Int32] = []

    /// - Parameter isMany: the expressions are a rule set that all events go through, not one search.
    init(catalog: FieldCatalog, isMany: Bool) { tests = TestTableBuilder(catalog: catalog, isMany: isMany) }

    /// Appends the code of an expression; returns its first instruction, or `accept` or `reject` when it is constant.
    mutating func compile(_ expression: MatchExpression) -> Int32 {
        let simple = expression.simplified
        if case .constant(let value) = simple { return value ? Instruction.accept : Instruction.reject }
        let start = code.count
        labels.removeAll(keepingCapacity: true)
        emit(simple, Instruction.accept, Instruction.reject)
        for index in start..<code.count {
            code[index].onTrue = resolved(code[index].onTrue)
            code[index].onFalse = resolved(code[index].onFalse)
        }
        return Int32(start)
    }

    /// Lays the programs in the given order, and numbers the tests in the order in which they then stand, so that what runs for
    /// one event lies close together in memory.
    ///
    /// - Parameters:
    ///   - starts: what `compile` returned for each program, moved to its new place.
    ///   - order: the programs, as indices into `starts`.
    /// - Returns: the new number of each test.
    mutating func arrange(_ starts: inout [Int32], in order: [Int]) -> [UInt32] {
        let ends = starts.filter { $0 >= 0 }.sorted()
        var arranged: [Instruction] = []
        arranged.reserveCapacity(code.count)
        var numbers = [UInt32](repeating: .max, count: tests.testCount)
        var next: UInt32 = 0
        func number(_ test: UInt32) -> UInt32 {
            if numbers[Int(test)] == .max {
                numbers[Int(test)] = next
                next += 1
            }
            return numbers[Int(test)]
        }
        let lengths = Dictionary(
            uniqueKeysWithValues: zip(ends, ends.dropFirst() + [Int32(code.count)]).map { ($0, $1 - $0) })
        for program in order {
            guard let length = lengths[starts[program]] else { continue }
            let start = starts[program]
            let shift = Int32(arranged.count) - start
            for var instruction in code[Int(start)..<Int(start + length)] {
                instruction.test = number(instruction.test)
                if instruction.onTrue >= 0 { instruction.onTrue += shift }
                if instruction.onFalse >= 0 { instruction.onFalse += shift }
                arranged.append(instruction)
            }
            starts[program] += shift
        }
        for test in numbers.indices { _ = number(UInt32(test)) }
        code = arranged
        tests.renumber(numbers)
        return numbers
    }

    // Labels are numbers from -3 downwards until all places are known.

    private mutating func newLabel() -> Int32 {
        labels.append(0)
        return -2 - Int32(labels.count)
    }

    private mutating func place(_ label: Int32) { labels[Int(-3 - label)] = Int32(code.count) }

    private func resolved(_ target: Int32) -> Int32 { target <= -3 ? labels[Int(-3 - target)] : target }

    private mutating func emit(_ expression: MatchExpression, _ onTrue: Int32, _ onFalse: Int32) {
        switch expression {
        case .constant(let value): fatalError("a constant \(value) is left after simplification")
        case .not(let inner): emit(inner, onFalse, onTrue)
        case .test(let field):
            let alternatives = tests.add(field)
            for (index, test) in alternatives.enumerated() {
                let isLast = index == alternatives.count - 1
                let next = isLast ? onFalse : newLabel()
                let compiled = tests.test(test)
                let slot = compiled.kind == .key ? compiled.slot : Instruction.noSlot
                code.append(Instruction(test: test, onTrue: onTrue, onFalse: next, keySlot: slot))
                if !isLast { place(next) }
            }
        case .all(let members):
            for member in members.dropLast() {
                let next = newLabel()
                emit(member, next, onFalse)
                place(next)
            }
            if let last = members.last { emit(last, onTrue, onFalse) }
        case .any(let members):
            for member in members.dropLast() {
                let next = newLabel()
                emit(member, onTrue, next)
                place(next)
            }
            if let last = members.last { emit(last, onTrue, onFalse) }
        }
    }
}
