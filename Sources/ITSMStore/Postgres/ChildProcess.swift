import CShims
import Foundation

/// A program started through the fork shim, in a session of its own and with nothing of this process open.
///
/// With a death signal it does not outlive the THREAD that started it, however that thread ends, kill -9 of the whole process included
/// (`prctl(2)`, PR_SET_PDEATHSIG): start it on a thread that waits for it.
public struct ChildProcess: Sendable {
    /// Its process id, which is that of its session and process group too.
    public let id: pid_t

    /// How a process ended.
    public struct End: Sendable, CustomStringConvertible {
        /// The exit code, or 128 + `signal`.
        public let code: Int32
        /// The signal that ended it; 0 where it exited.
        public let signal: Int32

        public var description: String { signal == 0 ? "exit code \(code)" : "signal \(signal)" }
    }

    /// Starts the program at `path`.
    ///
    /// - Parameters:
    ///   - output: the file that receives what it prints, at its end; nil for nowhere.
    ///   - input: the descriptor that becomes its standard input; nil for nothing to read.
    ///   - user: whom it runs as; nil for the same user. Needs root.
    ///   - environment: what it sees beside the path and the locale; nothing of the caller's, whose PGDATA, PGPORT and their like would lead PostgreSQL astray.
    /// - Throws: `SetupError` when it could not be started.
    public init(
        _ path: String, _ arguments: [String], in directory: String? = nil, output: String? = nil, input: Int32? = nil,
        as user: SystemUser? = nil, environment: [String: String] = [:], deathSignal: Int32 = 0
    ) throws {
        let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"] + environment.map { "\($0)=\($1)" }
        let groups = user?.groups ?? []
        let started = withCStrings([path] + arguments) { arguments in
            withCStrings(environment) { environment in
                withOptionalCString(directory) { directory in
                    withOptionalCString(output) { output in
                        groups.withUnsafeBufferPointer { groups in
                            var command = itsm_command()
                            command.path = UnsafePointer(arguments[0])
                            command.arguments = UnsafePointer(arguments)
                            command.environment = UnsafePointer(environment)
                            command.directory = directory
                            command.output = output
                            command.input = input ?? -1
                            command.drops_user = user == nil ? 0 : 1
                            command.user = user?.id ?? 0
                            command.group = user?.groupID ?? 0
                            command.groups = groups.baseAddress
                            command.group_count = groups.count
                            command.death_signal = deathSignal
                            return itsm_spawn(&command)
                        }
                    }
                }
            }
        }
        guard started > 0 else { throw SetupError("Could not start \(path)", errno: errno) }
        id = started
    }

    /// Whether it has ended, without taking it away.
    var hasEnded: Bool { itsm_await_end(id, 0) != 0 }

    /// Waits for its end, without taking it away: until `reap`, its number is not given to another process.
    func awaitEnd() { _ = itsm_await_end(id, 1) }

    /// Takes the ended process away.
    func reap() -> End {
        var signal: Int32 = 0
        let code = itsm_reap(id, &signal)
        return End(code: code, signal: signal)
    }

    /// Waits for its end and takes it away.
    @discardableResult public func wait() -> End {
        awaitEnd()
        return reap()
    }
}

private func withCStrings<Value>(_ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value) -> Value {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}

private func withOptionalCString<Value>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
    if let string { string.withCString { body($0) } } else { body(nil) }
}
