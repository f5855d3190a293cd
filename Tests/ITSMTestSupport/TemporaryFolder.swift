import Foundation
import ITSMStore

/// Folders that tests work in.
public enum TemporaryFolder {
    /// A new empty folder with a short path, so that a Unix socket fits into it. It goes away with this process at the latest, together with
    /// a PostgreSQL that runs in it.
    public static func make() throws -> String {
        var template = Array("/tmp/itsm-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SetupError("mkdtemp failed") }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        try removeAtExit(path)
        return path
    }

    /// Lets a shell outside of this process wait for its end, kill -9 included: its standard input closes then.
    private static func removeAtExit(_ folder: String) throws {
        let script = """
            cat > /dev/null
            pid=$(head -n 1 "$0/postgres/postmaster.pid" 2> /dev/null)
            if [ -n "$pid" ]; then
                kill -QUIT "$pid" 2> /dev/null
                for attempt in $(seq 100); do kill -0 "$pid" 2> /dev/null || break; sleep 0.05; done
            fi
            rm -rf "$0"
            """
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SetupError("pipe failed") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = try ChildProcess("/bin/sh", ["-c", script, folder], in: "/", input: ends[0])
        close(ends[0])
    }
}
