/// Objects and lists made of fields with dotted paths, in the order of insertion.
struct OCSFTree {
    private enum Value {
        case scalar(Field)
        case scalars([Field])
        case object(OCSFTree)
        case objects([OCSFTree])
    }

    private var members: [(name: String, value: Value)] = []

    var isEmpty: Bool { members.isEmpty }

    /// Puts a field at its place. An `element` mark begins a new object of the list at its path; later fields below that path
    /// belong to it.
    mutating func insert(_ field: Field, at path: [String]) { insert(field, path[...]) }

    private mutating func insert(_ field: Field, _ path: ArraySlice<String>) {
        guard let name = path.first else { return }
        let place = members.firstIndex { $0.name == name }
        guard path.count > 1 else {
            insertLeaf(field, name, place)
            return
        }
        let rest = path.dropFirst()
        guard let place else {
            var tree = OCSFTree()
            tree.insert(field, rest)
            members.append((name, .object(tree)))
            return
        }
        switch members[place].value {
        case .object(var tree):
            // Emptied first, so that the tree has one owner and grows in place.
            members[place].value = .object(OCSFTree())
            tree.insert(field, rest)
            members[place].value = .object(tree)
        case .objects(var list):
            members[place].value = .objects([])
            list[list.count - 1].insert(field, rest)
            members[place].value = .objects(list)
        case .scalar, .scalars:
            // A path that is both a value and an object: the schema has none such.
            break
        }
    }

    private mutating func insertLeaf(_ field: Field, _ name: String, _ place: Int?) {
        guard let place else {
            let value: Value = field.isValue ? (field.inArray ? .scalars([field]) : .scalar(field)) : .objects([OCSFTree()])
            members.append((name, value))
            return
        }
        switch members[place].value {
        case .scalars(var list) where field.isValue:
            members[place].value = .scalars([])
            list.append(field)
            members[place].value = .scalars(list)
        case .objects(var list) where !field.isValue:
            members[place].value = .objects([])
            list.append(OCSFTree())
            members[place].value = .objects(list)
        case .scalar, .scalars, .object, .objects:
            break
        }
    }

    /// Writes the members into an object that is already begun.
    func write(into writer: inout JSONWriter, batch: EventBatch) {
        for (name, value) in members where !Self.isVoid(value) {
            writer.key(name)
            switch value {
            case .scalar(let field):
                Self.write(field, into: &writer, batch: batch)
            case .scalars(let list):
                writer.beginArray()
                for field in list { Self.write(field, into: &writer, batch: batch) }
                writer.endArray()
            case .object(let tree):
                writer.beginObject()
                tree.write(into: &writer, batch: batch)
                writer.endObject()
            case .objects(let list):
                writer.beginArray()
                for tree in list where !tree.isEmpty {
                    writer.beginObject()
                    tree.write(into: &writer, batch: batch)
                    writer.endObject()
                }
                writer.endArray()
            }
        }
    }

    private static func isVoid(_ value: Value) -> Bool {
        switch value {
        case .scalar(let field): field.kind == .null
        case .scalars(let list): list.isEmpty
        case .object(let tree): tree.isEmpty
        case .objects(let list): list.allSatisfy(\.isEmpty)
        }
    }

    static func write(_ field: Field, into writer: inout JSONWriter, batch: EventBatch) {
        let bytes = batch.bytes(of: field)
        switch field.kind {
        case .string: writer.string(bytes)
        case .integer, .float, .true, .false: writer.raw(bytes)
        case .null, .element, .emptyObject, .emptyArray: writer.null()
        }
    }
}
