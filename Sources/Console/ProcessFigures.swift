import CMalloc

#if canImport(Glibc)
import Glibc
#endif

/// What the kernel knows of this process (proc(5)), for the metrics that Prometheus' client libraries all have.
package struct ProcessFigures: Sendable, Equatable {
    /// Seconds since 1970.
    package var startTime = 0.0
    package var cpuSeconds = 0.0
    package var residentBytes = 0
    /// Allocated and not freed. What is resident beyond it is free memory that malloc keeps, code and stacks.
    package var heapBytes = 0
    package var openDescriptors = 0
    package var maximumDescriptors = 0

    package init() {}

    package static func current() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.maximumDescriptors = Int(clamping: limit.rlim_cur)
        }
        // The fields after the name, which may hold spaces and brackets: state is the first, start time the 20th, pages the 22nd.
        let fields = read("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        if fields.count > 21 {
            figures.residentBytes = (Int(fields[21]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
            let bootTime = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
                .flatMap { Double($0.dropFirst("btime ".count)) }
            if let bootTime, let ticks = Double(fields[19]) {
                figures.startTime = bootTime + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
            }
        }
        figures.heapBytes = Int(clamping: mallinfo2().uordblks)
        figures.openDescriptors = descriptors()
        return figures
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    /// Without `.`, `..` and the one that reads the folder.
    private static func descriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return max(0, count - 3)
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "re") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
