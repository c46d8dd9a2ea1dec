#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Texts as they stand in a message of RFC 5322.
package enum MailText {
    /// A header's text: as it is if it is short and of printable ASCII, else in encoded words (RFC 2047), each of whole
    /// characters, one a line. Breaks of lines are never part of it, whatever the text is.
    package static func header(_ text: String) -> String {
        let isPlain = text.utf8.count <= 64 && !text.contains("=?") && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f }
        if isPlain { return text }
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty { words.append("=?utf-8?B?" + Data(word).base64EncodedString() + "?=") }
            word = []
        }
        for scalar in text.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            // With the field's name in front, no line has more than 76 characters.
            if word.count + bytes.count > 39 { end() }
            word += bytes
        }
        end()
        return words.joined(separator: "\r\n ")
    }

    /// Quoted-printable (RFC 2045, section 6.7) with lines of at most 76 characters. Neither a line that ends the message (`.`)
    /// nor one that mailboxes begin a message with (`From `) is left in it.
    package static func quotedPrintable(_ text: String) -> String {
        var out: [UInt8] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            var column = 0
            for (index, byte) in line.enumerated() {
                let isLast = index == line.count - 1
                let isPlain = byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "=") || byte == 0x20 && !isLast
                // One column is the soft break's.
                if column + (isPlain ? 1 : 3) > 75 {
                    out += "=\r\n".utf8
                    column = 0
                }
                let isLiteral = isPlain && !(column == 0 && (byte == UInt8(ascii: ".") || byte == UInt8(ascii: "F")))
                let length = isLiteral ? 1 : 3
                if isLiteral {
                    out.append(byte)
                } else {
                    out.append(UInt8(ascii: "="))
                    out += ASCII.hex(byte, uppercase: true).utf8
                }
                column += length
            }
            out += "\r\n".utf8
        }
        return String(decoding: out, as: UTF8.self)
    }
}
