import Alerting
import Testing

@Suite struct SMTPMessageTests {
    @Test(arguments: [
        ("a\r\nb\r\n", "a\r\nb\r\n.\r\n", 6), ("a", "a\r\n.\r\n", 3), ("", ".\r\n", 0), (".", "..\r\n.\r\n", 3),
        (".a\r\n..b\r\n", "..a\r\n...b\r\n.\r\n", 9), ("a\r\n.\r\nQUIT\r\n", "a\r\n..\r\nQUIT\r\n.\r\n", 12),
        ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n", 9), ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n", 9), ("a\r\r\nb", "a\r\n\r\nb\r\n.\r\n", 8),
        ("a\n\rb", "a\r\n\r\nb\r\n.\r\n", 8), ("\r\n\r\n", "\r\n\r\n.\r\n", 4),
    ])
    func endsOnceAndHidesNoEnd(text: String, expected: String, size: Int) {
        let message = SMTPMessage(text)
        #expect(String(decoding: message.bytes, as: UTF8.self) == expected)
        #expect(message.size == size)
        #expect(message.isASCII)
    }

    @Test func tellsWhatIsNotASCII() { #expect(!SMTPMessage("größe").isASCII) }
}
