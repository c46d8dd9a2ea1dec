import Foundation

extension String {
    /// Its UTF-8, in base64.
    var base64: String { Data(utf8).base64EncodedString() }
}
