/// One step of a YAML stream (YAML 1.1, chapter 3: the serialization tree in document order).
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(text: String, style: YAMLScalar.Style)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    var kind: Kind
    /// `&name` of a node.
    var anchor: String?
    /// An explicit tag, resolved (`tag:yaml.org,2002:str`); nil if the author gave none.
    var tag: String?
    /// From 1.
    var line: Int
    /// From 1, in Unicode scalars.
    var column: Int
}

/// Why a text is not YAML.
struct YAMLSyntaxError: Error {
    var message: String
    var line: Int
    var column: Int
}
