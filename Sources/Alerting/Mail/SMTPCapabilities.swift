/// What a server says that it can do, in its answer to EHLO (RFC 5321, section 4.1.1.1).
package struct SMTPCapabilities: Sendable, Equatable {
    /// RFC 3207.
    package var startsTLS = false
    /// Of AUTH (RFC 4954), in upper case.
    package var mechanisms: Set<String> = []
    /// RFC 1870: messages may have a SIZE with them.
    package var takesSize = false
    /// The largest message in bytes; nil: nothing is said of it.
    package var maximumSize: Int?
    /// RFC 6152.
    package var takesEightBit = false

    package init() {}

    package init(_ reply: SMTPReply) {
        // The first line has the server's name.
        for line in reply.lines.dropFirst() {
            // Servers of old write AUTH=LOGIN.
            let words = line.uppercased().split { $0 == " " || $0 == "=" }.map(String.init)
            switch words.first {
            case "STARTTLS": startsTLS = true
            case "AUTH": mechanisms.formUnion(words.dropFirst())
            case "8BITMIME": takesEightBit = true
            case "SIZE":
                takesSize = true
                // 0 stands for no limit.
                maximumSize = words.dropFirst().first.flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
            default: break
            }
        }
    }
}
