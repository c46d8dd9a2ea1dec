/// Numbers the constant texts of a mapping while it is compiled; equal texts share a number.
struct ConstantPool {
    private var numbers: [String: Int32] = [:]
    private(set) var texts: [[UInt8]] = []

    mutating func number(_ text: String) -> Int32 {
        if let number = numbers[text] { return number }
        let number = Int32(texts.count)
        numbers[text] = number
        texts.append(Array(text.utf8))
        return number
    }
}
