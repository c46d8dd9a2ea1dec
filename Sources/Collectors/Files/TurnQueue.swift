/// Who is read next: one after the other, each once. Pure.
struct TurnQueue {
    private var waiting: [Int] = []
    private var head = 0
    private var isWaiting: Set<Int> = []

    /// Puts a file at the end, unless it is in the queue already.
    mutating func add(_ file: Int) {
        if isWaiting.insert(file).inserted { waiting.append(file) }
    }

    mutating func next() -> Int? {
        guard head < waiting.count else { return nil }
        let file = waiting[head]
        head += 1
        if head >= 1_024, head * 2 >= waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
        isWaiting.remove(file)
        return file
    }
}
