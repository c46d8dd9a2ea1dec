import Glibc

/// Colour on a terminal that wants it, plain text elsewhere. Follows no-color.org.
struct Style {
    enum Tone: String {
        case plain = ""
        case bold = "1"
        case dim = "2"
        case red = "31"
        case yellow = "33"
        case green = "32"
        case cyan = "36"
        case blue = "34"
        case magenta = "35"
    }

    let isColoured: Bool
    /// Columns of the terminal; nil when the output is no terminal, and then nothing is cut.
    let width: Int?

    /// For standard output, as this process was started.
    static func standardOutput() -> Style {
        guard isatty(STDOUT_FILENO) == 1 else { return Style(isColoured: false, width: nil) }
        var size = winsize()
        let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        // Set to nothing, it asks for nothing (no-color.org).
        let forbidsColour = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return Style(isColoured: !forbidsColour, width: known ? Int(size.ws_col) : 80)
    }

    func paint(_ text: String, _ tone: Tone) -> String {
        isColoured && tone != .plain ? "\u{1b}[\(tone.rawValue)m\(text)\u{1b}[0m" : text
    }
}
