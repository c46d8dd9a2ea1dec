import COpenSSL
package import EventModel

// Unsafe: libcrypto reads pieces for the length of one call.

/// HMAC (RFC 2104) over pieces of bytes.
package enum MessageCode {
    /// The code; nil only if libcrypto has no memory.
    package static func make(
        _ algorithm: SignatureScheme.Algorithm, key: Secret, over pieces: [UnsafeRawBufferPointer]
    ) -> [UInt8]? {
        let digest =
            switch algorithm {
            case .sha1: EVP_sha1()
            case .sha256: EVP_sha256()
            case .sha512: EVP_sha512()
            }
        let bytes = Array(key.value.utf8)
        guard let pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nil, bytes, bytes.count), let context = EVP_MD_CTX_new()
        else { return nil }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(pkey)
        }
        guard EVP_DigestSignInit(context, nil, digest, nil, pkey) == 1 else { return nil }
        for piece in pieces where piece.count > 0 {
            guard EVP_DigestSignUpdate(context, piece.baseAddress, piece.count) == 1 else { return nil }
        }
        var code = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = code.count
        guard EVP_DigestSignFinal(context, &code, &length) == 1 else { return nil }
        return Array(code[..<length])
    }

    /// In a time that tells nothing of where they differ.
    static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }
}
