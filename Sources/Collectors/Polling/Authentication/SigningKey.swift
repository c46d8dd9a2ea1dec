import COpenSSL

/// A private key that signs tokens: RSA (RS256) or P-256 (ES256), as RFC 7518 has them.
///
/// Unsafe: libcrypto's objects are owned by one value each and freed by it; they are used from one thread at a time.
package struct SigningKey: ~Copyable {
    /// Smaller RSA keys are broken or about to be; no vendor accepts them.
    private static let smallestRSA = 2_048

    package let algorithm: String
    private let key: OpaquePointer
    private let isElliptic: Bool

    /// Reads a PEM private key (PKCS#1, PKCS#8, SEC 1), encrypted or not. `\n` written as two characters is a line break.
    package init(pem: String, passphrase: String? = nil) throws(SigningError) {
        var text = pem
        if !text.contains("\n") { text = text.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n") }
        let bytes = Array(text.utf8)
        // Without a passphrase libcrypto would ask the terminal for one: an empty one makes it fail instead.
        let key: OpaquePointer? = bytes.withUnsafeBytes { buffer in
            guard let memory = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return nil }
            defer { BIO_free(memory) }
            var phrase = Array((passphrase ?? "").utf8CString)
            return PEM_read_bio_PrivateKey(memory, nil, nil, &phrase)
        }
        guard let key else {
            ERR_clear_error()
            throw SigningError("the private key is not PEM that can be read, or its passphrase is wrong")
        }
        let kind = EVP_PKEY_get_base_id(key)
        let bits = EVP_PKEY_get_bits(key)
        if kind == EVP_PKEY_RSA && bits >= Self.smallestRSA {
            algorithm = "RS256"
            isElliptic = false
        } else if kind == EVP_PKEY_EC && bits == 256 {
            algorithm = "ES256"
            isElliptic = true
        } else {
            EVP_PKEY_free(key)
            throw SigningError("the private key must be RSA of at least \(Self.smallestRSA) bits, or EC P-256")
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// The signature as a JSON Web Token has it (RFC 7518, sections 3.3 and 3.4).
    package func sign(_ bytes: [UInt8]) throws(SigningError) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw SigningError("out of memory") }
        defer { EVP_MD_CTX_free(context) }
        var length = 0
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, nil, &length, bytes, bytes.count) == 1
        else { throw SigningError("the private key cannot sign") }
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSign(context, &signature, &length, bytes, bytes.count) == 1 else {
            throw SigningError("the private key cannot sign")
        }
        let made = Array(signature[..<length])
        return isElliptic ? try Self.plain(made) : made
    }

    /// The two numbers of an ECDSA signature, 32 bytes each, out of their DER.
    private static func plain(_ der: [UInt8]) throws(SigningError) -> [UInt8] {
        let numbers: [UInt8]? = der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            guard let parsed = d2i_ECDSA_SIG(nil, &start, buffer.count) else { return nil }
            defer { ECDSA_SIG_free(parsed) }
            var plain = [UInt8](repeating: 0, count: 64)
            let isWhole = plain.withUnsafeMutableBufferPointer { out in
                BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out.baseAddress, 32) == 32
                    && BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out.baseAddress.map { $0 + 32 }, 32) == 32
            }
            return isWhole ? plain : nil
        }
        guard let numbers else { throw SigningError("libcrypto made a signature that cannot be read") }
        return numbers
    }

    /// SHA-256 of the public key's DER (SubjectPublicKeyInfo), as Snowflake names a key: `SHA256:` and base64.
    package func fingerprint() throws(SigningError) -> String {
        let length = i2d_PUBKEY(key, nil)
        guard length > 0 else { throw SigningError("the public key cannot be written") }
        var der = [UInt8](repeating: 0, count: Int(length))
        der.withUnsafeMutableBufferPointer { buffer in
            var out = buffer.baseAddress
            _ = i2d_PUBKEY(key, &out)
        }
        var digest = [UInt8](repeating: 0, count: 32)
        SHA256(der, der.count, &digest)
        return "SHA256:" + Base64.encode(digest)
    }
}

/// Why a token cannot be signed; never contains a part of a key.
package struct SigningError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
