import Storage
import Testing

@Suite("XXH64")
struct XXHash64Tests {
    /// Lengths below and above the 32-byte stripe, from the reference implementation.
    @Test(arguments: [
        ("", 0, 0xef46_db37_51d8_e999), ("a", 0, 0xd24e_c4f1_a98c_6e5b), ("abc", 0, 0x44bc_2cf5_ad77_0999),
        ("abcdefghijklmnopqrstuvwxyz", 0, 0xcfe1_f278_fa89_835c),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0, 0xaaa4_6907_d304_7814),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890", 0,
            0xe04a_477f_19ee_145d
        ),
    ] as [(String, UInt64, UInt64)])
    func vectors(_ text: String, seed: UInt64, expected: UInt64) {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0, seed: seed) } == expected)
    }

    @Test func seedMatters() {
        #expect([UInt8](1...40).withUnsafeBytes { XXHash64.hash($0, seed: 1) != XXHash64.hash($0, seed: 2) })
    }
}
