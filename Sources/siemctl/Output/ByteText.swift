/// Sizes for people.
enum ByteText {
    static func short(_ bytes: Int) -> String {
        bytes < 10 << 20 ? "\(bytes >> 10) KiB" : bytes < 100 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }
}
