import EventModel
import FoundationEssentials

/// A JSON Web Token (RFC 7519) as a description has it, signed.
struct WebToken {
    let description: TokenDescription

    /// - Parameter values: settings and credentials; the engine's words are put in here.
    func make(_ values: TemplateValues, now: Timestamp) throws(PollError) -> String {
        do {
            let seconds = now.microseconds / 1_000_000
            let pem = try description.key.render(values)
            let key = try SigningKey(pem: pem, passphrase: try description.passphrase?.render(values))
            var values = values
            values.texts["now"] = String(seconds)
            values.texts["expires"] = String(seconds + description.lifetime)
            values.texts["uuid"] = UUID().uuidString.lowercased()
            values.texts["fingerprint"] = try key.fingerprint()

            var header = JSONWriter()
            header.beginObject()
            header.member("alg", key.algorithm)
            header.member("typ", "JWT")
            header.member("kid", ifPresent: try description.keyID?.render(values))
            header.endObject()

            var claims = JSONWriter()
            claims.beginObject()
            for claim in description.claims { claims.member(claim.name, try claim.value.render(values)) }
            claims.member("iat", seconds)
            claims.member("exp", seconds + description.lifetime)
            claims.endObject()

            let signed = Base64.encodeURL(header.bytes) + "." + Base64.encodeURL(claims.bytes)
            return signed + "." + Base64.encodeURL(try key.sign(Array(signed.utf8)))
        } catch {
            throw PollError(.needsPerson, "the token cannot be signed: \(error)")
        }
    }
}
