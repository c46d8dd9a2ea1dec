/// Texts of findings, which attackers may have written, as people may safely read them.
package enum DisplayText {
    /// On one line: controls and line ends become one blank. What turns the direction of writing, or has no width, is left out
    /// (Unicode Technical Report 36, section 2.10): it makes a text read as what it is not.
    package static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        var isBlank = true
        for scalar in text.unicodeScalars {
            if isInvisible(scalar) { continue }
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                if !isBlank { line.append(" ") }
                isBlank = true
            } else {
                line.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !line.isEmpty { line.removeLast() }
        return String(line)
    }

    /// Joiners stay: scripts of India, Persian, and emoji are written with them.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00ad, 0x061c, 0x180e, 0x200b, 0x200e, 0x200f, 0x202a...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb,
            0xe0000...0xe0fff:
            true
        default: false
        }
    }

    /// One word of a command for a POSIX shell.
    package static func shellWord(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.:".utf8.contains($0) }
        return isPlain && !text.hasPrefix("-") ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
    }
}

/// Classes of bytes.
package enum ASCII {
    package static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a)
    }

    /// Two digits of base 16.
    package static func hex(_ byte: UInt8, uppercase: Bool = false) -> String {
        let text = String(byte, radix: 16, uppercase: uppercase)
        return text.utf8.count == 1 ? "0" + text : text
    }
}
