/// Documents as JSONSerialization reads them.
public enum ParsedJSON {
    /// The value at a path of names and, in lists, numbers; nil if there is none.
    public static func value(_ document: [String: Any], _ path: String) -> Any? {
        var node: Any? = document
        for name in path.split(separator: ".") {
            if let list = node as? [Any], let index = Int(name) {
                node = list.indices.contains(index) ? list[index] : nil
            } else {
                node = (node as? [String: Any])?[String(name)]
            }
        }
        return node
    }
}
