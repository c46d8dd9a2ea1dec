import Foundation

/// The text's UTF-8 in base64, as HTTP's credentials are written.
func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
