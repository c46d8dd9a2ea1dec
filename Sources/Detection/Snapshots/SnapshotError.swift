/// Why a correlator's snapshot cannot be restored. Start with an empty correlator then, and replay what the store has.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
    /// Not written by this program, or by a version with another format.
    case unknownFormat
    /// Cut short or changed: the checksum does not match.
    case damaged
    /// The checksum matches, but what is at this byte makes no sense.
    case malformed(offset: Int)

    public var description: String {
        switch self {
        case .unknownFormat: "correlator snapshot: unknown format or version; replay the stored events instead"
        case .damaged: "correlator snapshot: checksum does not match; replay the stored events instead"
        case .malformed(let offset): "correlator snapshot: malformed at byte \(offset); replay the stored events instead"
        }
    }
}
