import CYaml

// Unsafe: `parser` points to an initialised libyaml parser and `input` to the bytes it reads, both owned by this object and freed
// in its deinit, the parser first. Every event that libyaml fills in is deleted before the next call, and nothing of it is kept
// but copies.

/// Reads a text's YAML events one at a time, in libyaml (the copy of it in Yams).
///
/// Not Yams' nodes: they follow aliases and hash keys before anybody can bound it, and name only the first of two equal keys.
final class YAMLEventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ text: [UInt8]) throws(YAMLSyntaxError) {
        input = .allocate(capacity: max(text.count, 1))
        _ = input.initialize(from: text)
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            throw YAMLSyntaxError(message: "not enough memory to read the file", line: 1, column: 1)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event. After an error or `streamEnd` there is none, and it must not be called again.
    func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        var result = YAMLEvent(
            kind: .streamStart, line: event.start_mark.line + 1, column: event.start_mark.column + 1)
        switch event.type {
        case YAML_STREAM_END_EVENT: result.kind = .streamEnd
        case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
        case YAML_ALIAS_EVENT: result.kind = .alias(copy(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
        case YAML_SEQUENCE_START_EVENT:
            result.kind = .sequenceStart
            result.anchor = copy(event.data.sequence_start.anchor)
            result.tag = copy(event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            result.kind = .mappingStart
            result.anchor = copy(event.data.mapping_start.anchor)
            result.tag = copy(event.data.mapping_start.tag)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            result.kind = .scalar(text: String(decoding: bytes, as: UTF8.self), style: style(scalar.style))
            result.anchor = copy(scalar.anchor)
            result.tag = copy(scalar.tag)
        default: break
        }
        return result
    }

    private func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private func copy(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
        text.map { String(cString: $0) }
    }

    private func failure() -> YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "not enough memory"
        if state.error == YAML_READER_ERROR {
            let place = place(ofByte: state.problem_offset)
            return YAMLSyntaxError(
                message: "\(problem); the file must be UTF-8 text without control characters", line: place.line,
                column: place.column)
        }
        // libyaml has a bound of its own, which it meets when it has to look far ahead. Its text names a C function.
        var message = problem.hasPrefix("Maximum nesting level") ? "nested too deeply" : problem
        if let context = state.context {
            message += " \(String(cString: context)) (line \(state.context_mark.line + 1))"
        }
        return YAMLSyntaxError(
            message: "not YAML: \(message); look at the indentation and the quotes",
            line: state.problem_mark.line + 1, column: state.problem_mark.column + 1)
    }

    private func place(ofByte offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in input.prefix(min(offset, input.count)) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
