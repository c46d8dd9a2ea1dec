/// A place on the earth and the network that it was seen through, in one number: what a match has room for.
enum PlaceCode {
    /// Hundredths of a degree: about a kilometre.
    private static let grain = 100.0

    /// Nil if that is no place.
    static func code(latitude: Double, longitude: Double, network: Double?) -> UInt64? {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        let network = UInt32(exactly: network ?? 0) ?? 0
        let north = UInt64(((latitude + 90) * grain).rounded())
        let east = UInt64(((longitude + 180) * grain).rounded())
        return north &<< 48 | east &<< 32 | UInt64(network)
    }

    /// The network is 0 if it is not known.
    static func place(_ code: UInt64) -> (latitude: Double, longitude: Double, network: UInt32) {
        (
            Double(code &>> 48) / grain - 90, Double(code &>> 32 & 0xffff) / grain - 180, UInt32(truncatingIfNeeded: code)
        )
    }

    /// The place without its network, to the degree: what is near is one area.
    static func area(_ code: UInt64) -> UInt64 {
        let place = place(code)
        return UInt64((place.latitude + 90).rounded()) &<< 16 | UInt64((place.longitude + 180).rounded())
    }
}
