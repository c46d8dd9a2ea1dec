// Hot path.

/// Names of time zones that syslog senders write after a stamp, as seconds ahead of UTC.
///
/// Names that several zones share (`IST`, `BST`, `CST`) mean what network devices' manuals use them for most. Other names are
/// taken for a hostname, as they must be: nothing tells them apart.
enum SyslogZone {
    static func offset(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> Int32? {
        guard end - start <= 4, end > start else { return nil }
        var name: UInt32 = 0
        for index in start..<end {
            guard bytes[index].isUppercase else { return nil }
            name = name << 8 | UInt32(bytes[index])
        }
        switch name {
        case code("UTC"), code("GMT"), code("Z"), code("WET"): return 0
        case code("CET"), code("BST"), code("MET"), code("WEST"): return 3_600
        case code("CEST"), code("EET"), code("MEST"), code("SAST"): return 2 * 3_600
        case code("EEST"), code("MSK"): return 3 * 3_600
        case code("IST"): return 5 * 3_600 + 1_800
        case code("SGT"), code("HKT"), code("AWST"): return 8 * 3_600
        case code("IDT"): return 3 * 3_600
        case code("PKT"): return 5 * 3_600
        case code("ACST"): return 9 * 3_600 + 1_800
        case code("ACDT"): return 10 * 3_600 + 1_800
        case code("ADT"), code("BRT"): return -3 * 3_600
        case code("AST"): return -4 * 3_600
        case code("NST"): return -3 * 3_600 - 1_800
        case code("NDT"): return -2 * 3_600 - 1_800
        case code("BRST"): return -2 * 3_600
        case code("JST"), code("KST"): return 9 * 3_600
        case code("AEST"): return 10 * 3_600
        case code("AEDT"): return 11 * 3_600
        case code("NZST"): return 12 * 3_600
        case code("NZDT"): return 13 * 3_600
        case code("EDT"): return -4 * 3_600
        case code("EST"), code("CDT"): return -5 * 3_600
        case code("CST"), code("MDT"): return -6 * 3_600
        case code("MST"), code("PDT"): return -7 * 3_600
        case code("PST"), code("AKDT"): return -8 * 3_600
        case code("AKST"): return -9 * 3_600
        case code("HST"): return -10 * 3_600
        default: return nil
        }
    }

    @inline(__always)
    private static func code(_ name: StaticString) -> UInt32 {
        var code: UInt32 = 0
        for index in 0..<name.utf8CodeUnitCount { code = code << 8 | UInt32(name.utf8Start[index]) }
        return code
    }
}
