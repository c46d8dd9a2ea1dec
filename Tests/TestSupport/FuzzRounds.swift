import Foundation

/// How many inputs a randomised test tries: `PERIMETER_FUZZ_ITERATIONS`, which scripts/fuzz sets, else as many as are usual.
public func fuzzRounds(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["PERIMETER_FUZZ_ITERATIONS"].flatMap(Int.init) ?? usual
}
