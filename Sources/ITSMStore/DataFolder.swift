import Foundation

/// The folder that holds everything the desk keeps on this machine: the private PostgreSQL, the secret, attachments.
///
/// It belongs to one unprivileged user. A process of root either becomes that user (`becomeOwner`), as the server does, or starts PostgreSQL
/// as that user and stays root, as the tests do.
public struct DataFolder: Sendable {
    /// Absolute, without symbolic links.
    public let path: String
    /// Whom the folder belongs to.
    public let owner: SystemUser

    /// Finds the folder, or makes it with mode 0700. As root, a folder that has to be made, or is empty and root's, is given to `SystemUser.service()`.
    ///
    /// - Throws: `SetupError` that names the folder and the remedy.
    public init(preparing requested: String) throws {
        let absolute = URL(fileURLWithPath: requested).path
        var status = stat()
        if stat(absolute, &status) != 0 {
            guard errno == ENOENT else { throw SetupError("Could not look at the data folder \(absolute)", errno: errno) }
            try Self.make(absolute)
            guard stat(absolute, &status) == 0 else { throw SetupError("Could not look at the data folder \(absolute)", errno: errno) }
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SetupError("The data folder \(absolute) is not a folder. Name another one with --data-dir.")
        }
        path = try Self.resolved(absolute)

        if SystemUser.isRoot, status.st_uid == 0 {
            let user = try SystemUser.service()
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw SetupError(
                    "The data folder \(path) belongs to root, as whom PostgreSQL does not run. Give it to another user: chown -R \(user.name) \(path)"
                )
            }
            guard chown(path, user.id, user.groupID) == 0, chmod(path, 0o700) == 0 else {
                throw SetupError("Could not give the data folder \(path) to the user \(user.name)", errno: errno)
            }
            owner = user
        } else {
            owner = SystemUser.numbered(status.st_uid, group: status.st_gid)
        }
        guard SystemUser.isRoot || access(path, R_OK | W_OK | X_OK) == 0 else {
            throw SetupError(
                "The data folder \(path) belongs to the user \(owner.name), and this server runs as another who may not write there. "
                    + "Start it as \(owner.name), or name another folder with --data-dir.")
        }
    }

    /// Makes a process of root the folder's owner; does nothing in a process of anybody else.
    ///
    /// - Throws: `SetupError` when a parent of the folder may not be searched by that user.
    public func becomeOwner() throws {
        guard SystemUser.isRoot else { return }
        try owner.become()
        var parent = ""
        for component in path.split(separator: "/") {
            parent += "/" + component
            if access(parent, X_OK) != 0 {
                throw SetupError(
                    "The server runs as the user \(owner.name), to whom the data folder \(path) belongs, but \(owner.name) may not search \(parent). "
                        + "Allow it with: chmod o+x \(parent)  (or choose another folder with --data-dir).")
            }
        }
    }

    /// The user that a program working in the folder must be switched to; nil when this process is no longer, or never was, root.
    var userToDropTo: SystemUser? { SystemUser.isRoot ? owner : nil }

    /// Makes a folder inside, 0700 and the owner's. One that is there already is checked to be that.
    func makePrivate(_ folder: String) throws {
        if mkdir(folder, 0o700) == 0 {
            if let user = userToDropTo, chown(folder, user.id, user.groupID) != 0 {
                throw SetupError("Could not give \(folder) to the user \(user.name)", errno: errno)
            }
            return
        }
        guard errno == EEXIST else { throw SetupError("Could not make the folder \(folder)", errno: errno) }
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == owner.id else {
            throw SetupError("\(folder) must be a folder of the user \(owner.name). Remove it, and start again.")
        }
        guard status.st_mode & 0o077 == 0 || chmod(folder, 0o700) == 0 else {
            throw SetupError("Could not make the folder \(folder) private", errno: errno)
        }
    }

    private static func make(_ folder: String) throws {
        let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw SetupError("Could not make the folder \(parent) for the data folder. Make it, or name another one with --data-dir.")
        }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw SetupError("Could not make the data folder \(folder); name another one with --data-dir", errno: errno)
        }
    }

    private static func resolved(_ path: String) throws -> String {
        guard let real = realpath(path, nil) else { throw SetupError("Could not look at the data folder \(path)", errno: errno) }
        defer { free(real) }
        return String(cString: real)
    }
}
