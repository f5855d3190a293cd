import Foundation

/// What the operating system knows of this process, under the names that all Prometheus clients use.
struct ProcessFigures {
    private static let startTime: Double? = {
        // Field 22 of the process's own line: clock ticks after the machine's start; what follows the last parenthesis begins with field 3.
        guard let line = read("/proc/self/stat"),
            let ticks = line.split(separator: ")").last?.split(separator: " ").dropFirst(19).first.flatMap({ Double($0) }),
            let boot = read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })?.split(separator: " ").last.flatMap({
                Double($0)
            })
        else { return nil }
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }()

    func write(to text: inout Exposition) {
        if let pages = Self.read("/proc/self/statm")?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) {
            text.single("process_resident_memory_bytes", .gauge, "Memory of this process in RAM.", pages * Int(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            text.single("process_open_fds", .gauge, "Open files and connections.", open)
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.single("process_max_fds", .gauge, "How many there may be.", Double(limit.rlim_cur))
        }
        var usage = rusage()
        if getrusage(__rusage_who_t(0), &usage) == 0 {
            let seconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
            text.single("process_cpu_seconds_total", .counter, "Processor time of this process.", seconds)
        }
        if let start = Self.startTime { text.single("process_start_time_seconds", .gauge, "When this process began, in seconds since 1970.", start) }
    }

    private static func read(_ path: String) -> String? {
        // Files of /proc have no length to ask for.
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
