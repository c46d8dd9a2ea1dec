import Collectors
import Testing

struct FilePathTests {
    @Test(arguments: [
        ("/var/log/a.log", "a.log", "/var/log"), ("/a", "a", "/"), ("a", "a", "."), ("a/b", "b", "a"), ("/", "", "/"), ("", "", "."),
    ])
    func parts(path: String, name: String, directory: String) {
        #expect(FilePath(path).name == name)
        #expect(FilePath(path).directory == FilePath(directory))
    }

    @Test(arguments: [
        (Array("/a b/ü".utf8), "/a b/ü", "/a b/%C3%BC"), (Array("/a\nb".utf8), "/a\\x0Ab", "/a%0Ab"),
        ([0x2F, 0xFF, 0x61], "/\\xFFa", "/%FFa"),
        (Array("/50%\"\\".utf8), "/50%\"\\", "/50%25%22%5C"), ([0x2F, 0xC3], "/\\xC3", "/%C3"),
        ([0x2F, 0xED, 0xA0, 0x80], "/\\xED\\xA0\\x80", "/%ED%A0%80"),
    ])
    func texts(bytes: [UInt8], description: String, encoded: String) {
        let path = FilePath(bytes: bytes)
        #expect(path.description == description)
        #expect(path.encoded == encoded)
        #expect(FilePath(encoded: encoded) == path)
    }

    @Test(arguments: ["%", "%1", "%zz", "a%4"])
    func whatIsNotEncoded(text: String) {
        #expect(FilePath(encoded: text) == nil)
    }
}
