// Hot path. Unsafe: the bytes given are borrowed for the call.

/// Finds the end of a JSON object. It understands strings, nesting, and what may stand where, as far as it takes to notice that
/// an object was left off and another one begun; whether the value is valid, the normaliser says.
struct JSONValueScan {
    enum End: Equatable {
        /// The position after the value.
        case complete(Int)
        /// The position of a byte that cannot stand there.
        case broken(Int)
        /// The bytes end within the value.
        case unfinished(JSONPlace)
    }

    /// Deeper values are no records.
    private static let maximumDepth = 512

    /// For each open container whether it is an object.
    private var isObject: [Bool] = []
    /// The last byte that was not white space; a letter for any scalar.
    private var previous: UInt8 = 0

    private static let scalar = UInt8(ascii: "a")

    /// - Parameter start: the position of the object's `{`.
    mutating func end(of bytes: UnsafeRawBufferPointer, from start: Int) -> End {
        isObject.removeAll(keepingCapacity: true)
        previous = UInt8(ascii: ":")
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
            case UInt8(ascii: "\""):
                guard mayBegin(isString: true) else { return .broken(position) }
                switch Self.string(bytes, position + 1) {
                case .complete(let end): position = end - 1
                case .broken(let place): return .broken(place)
                case .unfinished(var place):
                    place.depth = isObject.count
                    return .unfinished(place)
                }
                previous = Self.scalar
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard isObject.isEmpty || mayBegin(isString: false), isObject.count < Self.maximumDepth else {
                    return .broken(position)
                }
                isObject.append(byte == UInt8(ascii: "{"))
                previous = byte
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard isObject.last == (byte == UInt8(ascii: "}")) else { return .broken(position) }
                isObject.removeLast()
                if isObject.isEmpty { return .complete(position + 1) }
                previous = Self.scalar
            case UInt8(ascii: ","), UInt8(ascii: ":"): previous = byte
            default:
                guard byte > 0x20, previous == Self.scalar || mayBegin(isString: false) else { return .broken(position) }
                previous = Self.scalar
            }
            position += 1
        }
        return .unfinished(JSONPlace(depth: isObject.count))
    }

    /// Whether a value, or an object's key, may begin after what came last.
    private func mayBegin(isString: Bool) -> Bool {
        switch previous {
        case UInt8(ascii: ":"): isObject.last == true
        case UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "["): isString || isObject.last == false
        default: false
        }
    }

    /// The end of the string whose text begins at the position.
    private static func string(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> End {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return .complete(position + 1)
            case UInt8(ascii: "\\"): position += 1
            // A line does not end within a string: its writer was stopped there.
            case UInt8(ascii: "\n"), 0: return .broken(position)
            default: break
            }
            position += 1
        }
        return .unfinished(JSONPlace(depth: 0, isInString: true, isEscaped: position > bytes.count))
    }
}
