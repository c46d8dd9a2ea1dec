import COpenSSL
import Collectors

/// Private keys, made for this run.
enum TestKeys {
    /// RSA, 2048 bits, PEM (PKCS#8).
    static let rsa = pem(make("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, 2_048) })
    /// P-256, PEM.
    static let elliptic = pem(make("EC") { EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, NID_X9_62_prime256v1) })
    /// RSA, encrypted with the passphrase `opensesame`.
    static let encrypted = pem(read(rsa), passphrase: "opensesame")
    /// RSA of 1024 bits.
    static let weak = pem(make("RSA") { EVP_PKEY_CTX_set_rsa_keygen_bits($0, 1_024) })

    /// A key file of a Google service account, its line breaks escaped as JSON has them.
    static let serviceAccount: String = {
        let key = rsa.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        let account = #""type":"service_account","client_email":"siem@project.iam.gserviceaccount.com","private_key_id":"k1""#
        return #"{\#(account),"private_key":"\#(key)"}"#
    }()

    private static func make(_ kind: String, _ configure: (OpaquePointer?) -> Int32) -> OpaquePointer? {
        let context = EVP_PKEY_CTX_new_from_name(nil, kind, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        precondition(EVP_PKEY_keygen_init(context) == 1 && configure(context) == 1 && EVP_PKEY_generate(context, &key) == 1)
        return key
    }

    private static func read(_ pem: String) -> OpaquePointer? {
        // The memory that a BIO reads must outlive it.
        Array(pem.utf8).withUnsafeBytes { buffer in
            let memory = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
            defer { BIO_free(memory) }
            return PEM_read_bio_PrivateKey(memory, nil, nil, nil)
        }
    }

    private static func pem(_ key: OpaquePointer?, passphrase: String? = nil) -> String {
        let memory = BIO_new(BIO_s_mem())
        defer {
            BIO_free(memory)
            EVP_PKEY_free(key)
        }
        let phrase = Array((passphrase ?? "").utf8)
        let cipher = passphrase == nil ? nil : EVP_aes_256_cbc()
        phrase.withUnsafeBufferPointer { phrase in
            let text = phrase.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self) }
            precondition(PEM_write_bio_PKCS8PrivateKey(memory, key, cipher, text, Int32(phrase.count), nil, nil) == 1)
        }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes[..<Int(count)], as: UTF8.self)
    }

    /// Whether a token's signature is the key's own, with its claims as JSON text.
    static func claims(of token: String, signedBy pem: String) -> String? {
        let parts = token.split(separator: ".").map(String.init)
        guard parts.count == 3, let key = read(pem) else { return nil }
        defer { EVP_PKEY_free(key) }
        let signed = Array("\(parts[0]).\(parts[1])".utf8)
        let signature = decode(parts[2])
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestVerify(context, signature, signature.count, signed, signed.count) == 1
        else { return nil }
        return String(decoding: decode(parts[1]), as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var bits: UInt32 = 0
        var count = 0
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            guard let value = alphabet.firstIndex(of: byte) else { return [] }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
