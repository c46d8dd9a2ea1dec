internal import CScan

// Hot path. Unsafe: `run` reads `raw` from `offset` to `offset + length`, and, in vector loads whose surplus is ignored, up to
// `Arena.slack` bytes further. It writes at most `maximumFields` fields at `fields`. `frames` holds `maximumDepth` entries.
// Node pointers are stable: the trie never moves its nodes.

/// One pass over one document: the loop of `JSONScanner`.
struct JSONPass {
    private var trie: PathTrie
    private let frames: UnsafeMutablePointer<Frame>
    private let maximumDepth: Int

    /// What to go back to when a container ends.
    private struct Frame {
        var container: UnsafeMutablePointer<PathNode>
        var last: UnsafeMutablePointer<PathNode>
        var place: Place
    }

    /// What a value stands in.
    private enum Place: UInt8 {
        case object, array, top
    }

    init(catalog: FieldCatalog, maximumDepth: Int) {
        trie = PathTrie(catalog: catalog)
        frames = .allocate(capacity: maximumDepth)
        self.maximumDepth = maximumDepth
    }

    func deallocate() {
        trie.deallocate()
        frames.deallocate()
    }

    /// Scans a document and returns how many fields were written.
    mutating func run(
        raw: UnsafeRawPointer, offset: Int, length: Int, derived: Arena, fields: UnsafeMutablePointer<Field>,
        maximumFields: Int
    ) throws(JSONError) -> Int {
        let base = raw.assumingMemoryBound(to: UInt8.self)
        let start = base + offset
        let end = start + length
        let fieldLimit = fields + maximumFields
        let frames = frames
        let nodes = trie.nodes
        var field = fields
        var depth = 0
        // What the value at `p` stands in, and the node of that container.
        var place = Place.top
        var container = nodes.root
        // The key before this one in the same object: it predicts the next key. The root, which predicts none, in arrays.
        var last = container
        // Names the value at `p`.
        var node = container

        var p = Self.skipSpace(start, end)
        document: while true {
            guard p < end else { throw Self.endError(start, end) }
            if field >= fieldLimit { throw JSONError(.tooManyFields, at: p - start) }
            let byte = p.pointee
            if byte == UInt8(ascii: "\"") {
                let text = p + 1
                let stop = cscan_find_special(text, end).unsafelyUnwrapped
                if stop < end && stop.pointee == UInt8(ascii: "\"") {
                    field.pointee = Field(
                        id: node.pointee.id, offset: text - base, length: stop - text, kind: .string,
                        inArray: place == .array)
                    p = stop + 1
                } else {
                    p = try Self.string(text, stop, end, start, base, derived, node.pointee.id, place == .array, field)
                }
                field += 1
            } else if byte == UInt8(ascii: "{") {
                guard depth < maximumDepth else { throw JSONError(.tooDeep, at: p - start) }
                if place == .array {
                    field.pointee = Field(id: node.pointee.id, offset: p - base, length: 0, kind: .element)
                    field += 1
                }
                let opening = p
                p = Self.skipSpace(p + 1, end)
                if p < end && p.pointee == UInt8(ascii: "}") {
                    if field >= fieldLimit { throw JSONError(.tooManyFields, at: opening - start) }
                    p += 1
                    field.pointee = Self.empty(.emptyObject, opening, p, base, derived, node.pointee.id, place == .array)
                    field += 1
                } else {
                    frames[depth] = Frame(container: container, last: last, place: place)
                    depth &+= 1
                    container = node
                    place = .object
                    let predicted = nodes[container.pointee.first]
                    if nodes.begins(predicted, at: p, end) {
                        node = predicted
                        p = Self.skipSpace(p + (Int(predicted.pointee.length) - 1), end)
                    } else {
                        (node, p) = try otherKey(p, end, start, in: container, predicted)
                        nodes.remember(node, asFirstIn: container)
                    }
                    last = node
                    continue document
                }
            } else if byte == UInt8(ascii: "[") {
                guard depth < maximumDepth else { throw JSONError(.tooDeep, at: p - start) }
                let opening = p
                p = Self.skipSpace(p + 1, end)
                if p < end && p.pointee == UInt8(ascii: "]") {
                    p += 1
                    field.pointee = Self.empty(.emptyArray, opening, p, base, derived, node.pointee.id, place == .array)
                    field += 1
                } else {
                    frames[depth] = Frame(container: container, last: last, place: place)
                    depth &+= 1
                    container = node
                    place = .array
                    // No key follows another in an array.
                    last = nodes.root
                    continue document
                }
            } else {
                let text = p
                let kind: FieldKind
                (kind, p) = try Self.bareValue(p, end, start)
                field.pointee = Field(
                    id: node.pointee.id, offset: text - base, length: p - text, kind: kind, inArray: place == .array)
                field += 1
            }

            // A value has ended: a comma, or the ends of containers.
            while true {
                let predicted = nodes[last.pointee.next]
                if nodes.continues(predicted, at: p, end) {
                    p += Int(predicted.pointee.length)
                    last = predicted
                    // What most members of most records are: a plain string. Everything else, errors too, goes the long way.
                    if p.pointee == UInt8(ascii: "\"") && field < fieldLimit {
                        let text = p + 1
                        let stop = cscan_find_special(text, end).unsafelyUnwrapped
                        if stop < end && stop.pointee == UInt8(ascii: "\"") {
                            field.pointee = Field(
                                id: predicted.pointee.id, offset: text - base, length: stop - text, kind: .string)
                            field += 1
                            p = stop + 1
                            continue
                        }
                    }
                    node = predicted
                    p = Self.skipSpace(p, end)
                    continue document
                }
                p = Self.skipSpace(p, end)
                guard p < end else {
                    if place == .top { return field - fields }
                    throw Self.endError(start, end)
                }
                let byte = p.pointee
                if byte == UInt8(ascii: ",") && place != .top {
                    p = Self.skipSpace(p + 1, end)
                    if place == .array {
                        node = container
                    } else {
                        (node, p) = try otherKey(p, end, start, in: container, predicted)
                        nodes.remember(node, after: last)
                        last = node
                    }
                    continue document
                }
                switch place {
                case .object where byte == UInt8(ascii: "}"), .array where byte == UInt8(ascii: "]"):
                    p += 1
                    depth &-= 1
                    container = frames[depth].container
                    last = frames[depth].last
                    place = frames[depth].place
                case .object, .array: throw JSONError(.unexpectedByte, at: p - start)
                case .top: throw JSONError(.trailingBytes, at: p - start)
                }
            }
        }
    }

    /// Reads a key and its colon, when they are not what was predicted, or not without white space; returns the key's node and
    /// where the value stands.
    @inline(never)
    private mutating func otherKey(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>,
        in container: UnsafeMutablePointer<PathNode>, _ predicted: UnsafeMutablePointer<PathNode>
    ) throws(JSONError) -> (UnsafeMutablePointer<PathNode>, UnsafePointer<UInt8>) {
        guard p < end else { throw Self.endError(start, end) }
        guard p.pointee == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: p - start) }
        var node = predicted
        var q = p
        if trie.nodes.names(predicted, at: p, end) {
            q += Int(predicted.pointee.length) - 2
        } else {
            let key = p + 1
            let string = try JSONString.check(key, end, documentStart: start)
            node = trie.child(of: container, key: key, length: string.end - key)
            q = string.end + 1
        }
        q = Self.skipSpace(q, end)
        guard q < end else { throw Self.endError(start, end) }
        guard q.pointee == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte, at: q - start) }
        return (node, Self.skipSpace(q + 1, end))
    }

    /// A string with something in it that is not plain, found at `stop`. Writes its field, returns the end.
    @inline(never)
    private static func string(
        _ text: UnsafePointer<UInt8>, _ stop: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
        _ start: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>, _ derived: Arena, _ id: FieldID, _ inArray: Bool,
        _ field: UnsafeMutablePointer<Field>
    ) throws(JSONError) -> UnsafePointer<UInt8> {
        let string = try JSONString.check(stop, end, documentStart: start)
        if string.hasEscapes {
            let offset = derived.count
            let length = JSONString.decode(text, string.end, into: derived)
            field.pointee = Field(id: id, offset: offset, length: length, kind: .string, isDerived: true, inArray: inArray)
        } else {
            field.pointee = Field(id: id, offset: text - base, length: string.end - text, kind: .string, inArray: inArray)
        }
        return string.end + 1
    }

    /// An empty container's field: its text is `{}` or `[]`, without the white space that may stand between.
    @inline(never)
    private static func empty(
        _ kind: FieldKind, _ opening: UnsafePointer<UInt8>, _ after: UnsafePointer<UInt8>, _ base: UnsafePointer<UInt8>,
        _ derived: Arena, _ id: FieldID, _ inArray: Bool
    ) -> Field {
        if after - opening == 2 { return Field(id: id, offset: opening - base, length: 2, kind: kind, inArray: inArray) }
        let offset = derived.count
        derived.append(byte: opening.pointee)
        derived.append(byte: (after - 1).pointee)
        return Field(id: id, offset: offset, length: 2, kind: kind, isDerived: true, inArray: inArray)
    }

    @inline(__always)
    private static func skipSpace(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) -> UnsafePointer<UInt8> {
        // Most documents are compact. What is read at `end` is slack, and either answer is right then.
        p.pointee > 0x20 ? p : cscan_skip_space(p, end).unsafelyUnwrapped
    }

    /// Reads a value without brackets or quotes.
    @inline(__always)
    private static func bareValue(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>
    ) throws(JSONError) -> (FieldKind, UnsafePointer<UInt8>) {
        // "null" and "true" as four bytes in memory; the slack allows the load.
        let word = UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
        if word == 0x6c6c_756e && end - p >= 4 { return (.null, p + 4) }
        if word == 0x6575_7274 && end - p >= 4 { return (.true, p + 4) }
        if word == 0x736c_6166 && end - p >= 5 && p[4] == UInt8(ascii: "e") { return (.false, p + 5) }
        if isDigit(p.pointee) || p.pointee == UInt8(ascii: "-") { return try number(p, end, start) }
        throw badWord(p, end, start)
    }

    /// Where the bytes at `p` leave the word that they seem to begin.
    @inline(never)
    private static func badWord(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>
    ) -> JSONError {
        let words: [StaticString] = ["true", "false", "null"]
        guard let word = words.first(where: { $0.utf8Start.pointee == p.pointee }) else {
            return JSONError(.unexpectedByte, at: p - start)
        }
        var index = 1
        while p + index < end && p[index] == word.utf8Start[index] { index += 1 }
        return p + index < end ? JSONError(.unexpectedByte, at: p + index - start) : endError(start, end)
    }

    /// Reads a number (RFC 8259 section 6) and says whether it is written as an integer.
    @inline(never)
    private static func number(
        _ text: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>
    ) throws(JSONError) -> (FieldKind, UnsafePointer<UInt8>) {
        var p = text.pointee == UInt8(ascii: "-") ? text + 1 : text
        if p < end && p.pointee == UInt8(ascii: "0") {
            p += 1
            if p < end && isDigit(p.pointee) { throw JSONError(.badNumber, at: p - start) }
        } else {
            p = try digits(p, end, start)
        }
        // Most numbers end here, before a byte that is neither "." nor a letter.
        guard p < end, p.pointee == UInt8(ascii: ".") || p.pointee | 0x20 == UInt8(ascii: "e") else { return (.integer, p) }
        if p.pointee == UInt8(ascii: ".") { p = try digits(p + 1, end, start) }
        if p < end && p.pointee | 0x20 == UInt8(ascii: "e") {
            p += 1
            if p < end && (p.pointee == UInt8(ascii: "+") || p.pointee == UInt8(ascii: "-")) { p += 1 }
            p = try digits(p, end, start)
        }
        return (.float, p)
    }

    /// Reads one digit or more.
    @inline(__always)
    private static func digits(
        _ text: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>
    ) throws(JSONError) -> UnsafePointer<UInt8> {
        guard text < end else { throw endError(start, end) }
        guard isDigit(text.pointee) else { throw JSONError(.badNumber, at: text - start) }
        var p = text
        repeat { p += 1 } while p < end && isDigit(p.pointee)
        return p
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func endError(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> JSONError {
        JSONError(.unexpectedEnd, at: end - start)
    }
}
