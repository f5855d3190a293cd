import CShims
import Foundation
import ITSMCore

/// The profiles of one person on this machine: a file that only they can read.
struct ProfileStore: Sendable {
    private let folder: String
    var path: String { folder + "/profiles.json" }

    /// - Throws: `ITSMError` when neither `XDG_CONFIG_HOME` nor `HOME` says where a person's files are.
    init(environment: [String: String]) throws {
        if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty {
            folder = base + "/archer-itsm"
        } else if let home = environment["HOME"], !home.isEmpty {
            folder = home + "/.config/archer-itsm"
        } else {
            throw ITSMError(.invalidValue, "Set HOME or XDG_CONFIG_HOME: the profiles are kept below it.")
        }
    }

    func load() throws -> [String: Profile] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        let data = try PrivateFile.read(path)
        do {
            return try JSONDecoder().decode([String: Profile].self, from: data)
        } catch {
            throw ITSMError(.invalidValue, "\(path) is not readable as profiles: \(error). Remove it and sign in again.")
        }
    }

    /// Changes one profile while no other process does; nil removes it.
    /// - Parameter change: gets what the file holds now, which another process may have renewed.
    func update<R: Sendable>(_ name: String, _ change: @Sendable (inout Profile?) async throws -> R) async throws -> R {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try await FileLock(path + ".lock")
        defer { lock.release() }
        var profiles = try load()
        let result = try await change(&profiles[name])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(try encoder.encode(profiles), to: path)
        return result
    }
}

/// Files that hold secrets: mode 0600, written whole or not at all.
enum PrivateFile {
    /// - Throws: `ITSMError` when others may read the file.
    static func read(_ path: String) throws -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ITSMError(.notFound, "Cannot read \(path): \(String(cString: strerror(errno))).") }
        guard status.st_mode & 0o077 == 0 else {
            throw ITSMError(.forbidden, "\(path) holds a secret and can be read by others. Run: chmod 600 \(path)")
        }
        return try Data(contentsOf: URL(fileURLWithPath: path))
    }

    static func write(_ data: Data, to path: String) throws {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ITSMError(.internal, "Cannot write \(temporary): \(String(cString: strerror(errno))).") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: data)
        try file.synchronize()
        try file.close()
        guard rename(temporary, path) == 0 else { throw ITSMError(.internal, "Cannot write \(path): \(String(cString: strerror(errno))).") }
    }
}

/// Keeps other processes out. Two that refresh at once would use one refresh token twice, which ends the sign-in.
private struct FileLock {
    private static let patience: Duration = .seconds(30)
    private let descriptor: Int32

    init(_ path: String) async throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ITSMError(.internal, "Cannot open \(path): \(String(cString: strerror(errno))).") }
        let deadline = ContinuousClock.now + Self.patience
        while itsm_lock(descriptor) != 0 {
            guard ContinuousClock.now < deadline else {
                close(descriptor)
                throw ITSMError(.unavailable, "Another itsmctl holds \(path) for too long.")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func release() { close(descriptor) }
}
