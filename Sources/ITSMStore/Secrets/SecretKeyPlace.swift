import Foundation

/// Where a server finds the desk's keys: one or several, each of 64 hexadecimal digits, in any order. Which of them is current stands in the database.
public enum SecretKeyPlace: Sendable {
    /// A file with a key on each line, that its owner alone reads.
    case file(String)
    /// The keys themselves, from the environment.
    case text(String)

    /// What messages call it.
    var name: String {
        switch self {
        case .file(let path): path
        case .text: "ITSM_SECRET_KEY"
        }
    }

    /// The setting that names it.
    var setting: String {
        switch self {
        case .file: "ITSM_SECRET_KEY_FILE"
        case .text: "ITSM_SECRET_KEY"
        }
    }

    /// The keys; nil where there is no file.
    ///
    /// - Throws: `SetupError` that names the setting and the remedy.
    func read() throws -> [SecretKey]? {
        switch self {
        case .text(let text):
            return try Self.keys(in: text) {
                "ITSM_SECRET_KEY must hold \($0): 64 hexadecimal digits, several keys with commas between. `openssl rand -hex 32` makes one."
            }
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                guard access(path, F_OK) != 0, errno == ENOENT else {
                    throw SetupError(
                        "The desk's secret in \(path) cannot be read. Let this user read the file, or let ITSM_SECRET_KEY_FILE name another.")
                }
                return nil
            }
            return try Self.keys(in: String(decoding: data, as: UTF8.self)) {
                "\(path) does not hold \($0) in hexadecimal, one on a line. Restore it from a backup, or let ITSM_SECRET_KEY_FILE name the right file."
            }
        }
    }

    private static func keys(in text: String, fault: (String) -> String) throws -> [SecretKey] {
        let parts = text.split { $0.isWhitespace || $0 == "," }
        let keys = parts.compactMap { SecretKey(String($0)) }
        guard !keys.isEmpty, keys.count == parts.count else { throw SetupError(fault("secrets of \(SecretKey.size) bytes")) }
        return keys
    }

    /// Keys as a file holds them.
    static func text(of keys: [SecretKey]) -> String { keys.map { $0.text + "\n" }.joined() }

    /// Makes the file with one new key.
    ///
    /// - Returns: the keys that are there now: somebody else's, who was faster.
    func make() throws -> [SecretKey] {
        guard case .file(let path) = self else { throw SetupError("ITSM_SECRET_KEY is empty.") }
        let key = SecretKey.random()
        guard try Self.place([key], at: path) else {
            guard let other = try read() else { throw SetupError("Could not write the desk's new secret to \(path)", errno: EEXIST) }
            return other
        }
        return [key]
    }

    /// Makes the file with these keys, as a whole or not at all.
    ///
    /// - Parameter owner: whose it shall be; nil for ours.
    /// - Throws: `SetupError`, also where there is such a file by now.
    func place(_ keys: [SecretKey], owner: SystemUser?) throws {
        guard case .file(let path) = self else { throw SetupError("The keys stand in ITSM_SECRET_KEY, which only who sets it can change.") }
        guard try Self.place(keys, at: path, owner: owner) else { throw SetupError("Could not write the desk's secret to \(path)", errno: EEXIST) }
    }

    /// - Returns: false where a file is there already.
    private static func place(_ keys: [SecretKey], at path: String, owner: SystemUser? = nil) throws -> Bool {
        let draft = try write(keys, beside: path)
        defer { unlink(draft) }
        // link, unlike rename, does not replace a secret that another server made in the meantime.
        guard owner.map({ chown(draft, $0.id, $0.groupID) }) ?? 0 == 0, link(draft, path) == 0 else {
            if errno == EEXIST { return false }
            throw SetupError("Could not write the desk's secret to \(path)", errno: errno)
        }
        return true
    }

    /// Puts other keys into the file, as a whole or not at all. It stays its owner's.
    ///
    /// - Throws: `SetupError`, also for keys in the environment, which only who sets it can change.
    func replace(with keys: [SecretKey]) throws {
        guard case .file(let path) = self else { throw SetupError("The keys stand in ITSM_SECRET_KEY; change it there, on every server.") }
        let draft = try Self.write(keys, beside: path)
        var status = stat()
        guard stat(path, &status) == 0, !SystemUser.isRoot || chown(draft, status.st_uid, status.st_gid) == 0, rename(draft, path) == 0 else {
            let code = errno
            unlink(draft)
            throw SetupError("Could not write the desk's keys to \(path)", errno: code)
        }
    }

    private static func write(_ keys: [SecretKey], beside path: String) throws -> String {
        let draft = path + ".new-\(getpid())"
        guard FileManager.default.createFile(atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: draft)
        else { throw SetupError("Could not write the desk's new secret to \(path). Let ITSM_SECRET_KEY_FILE name a place that can be written.") }
        try handle.write(contentsOf: Data(text(of: keys).utf8))
        try handle.synchronize()
        try handle.close()
        return draft
    }
}
