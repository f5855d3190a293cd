import Foundation

/// How many files and connections the process may have open.
enum OpenFiles {
    /// Takes as many as the system allows, up to what any desk needs: shells allow few by default.
    static func raiseLimit() {
        var limit = rlimit()
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(files, &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        setrlimit(files, &limit)
    }
}
