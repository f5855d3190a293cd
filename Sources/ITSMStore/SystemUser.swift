import CShims
import Foundation

/// A user of the machine that the server, or its PostgreSQL, runs as.
public struct SystemUser: Sendable, Equatable {
    /// Such as `itsm`; the number as text where the machine's list has none.
    public let name: String
    /// Its number.
    public let id: uid_t
    /// The number of its own group.
    public let groupID: gid_t
    /// All groups of the user, its own included.
    public let groups: [gid_t]
    /// Its home folder.
    public let home: String

    /// Whether this process runs as root.
    public static var isRoot: Bool { geteuid() == 0 }

    /// The user that a data folder made by root belongs to: `itsm` if there is such a user, else `postgres`.
    ///
    /// - Throws: `SetupError` when the machine has neither.
    public static func service() throws -> SystemUser {
        guard let user = named("itsm") ?? named("postgres") else {
            throw SetupError(
                "PostgreSQL does not run as root, and there is neither a user itsm nor postgres to run as. "
                    + "Make one with: useradd --system --home-dir /var/lib/archer-itsm itsm")
        }
        return user
    }

    /// The user of this name; nil when there is none.
    public static func named(_ name: String) -> SystemUser? {
        lookUp { getpwnam_r(name, $0, $1, $2, $3) }
    }

    /// The user with this number; one without a name where the machine's list has none, as in containers.
    public static func numbered(_ id: uid_t, group: gid_t) -> SystemUser {
        lookUp { getpwuid_r(id, $0, $1, $2, $3) } ?? SystemUser(name: String(id), id: id, groupID: group, groups: [group], home: "/")
    }

    /// Makes the whole process this user, for good.
    public func become() throws {
        guard itsm_become(id, groupID, groups, groups.count) == 0 else {
            throw SetupError("Could not become the user \(name)", errno: errno)
        }
        setenv("HOME", home, 1)
        setenv("USER", name, 1)
    }

    private typealias Search = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func lookUp(_ search: Search) -> SystemUser? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var text = [CChar](repeating: 0, count: 16_384)
        return text.withUnsafeMutableBufferPointer { text -> SystemUser? in
            guard search(&entry, text.baseAddress!, text.count, &found) == 0, found != nil else { return nil }
            var groups = [gid_t](repeating: 0, count: 256)
            var count = Int32(groups.count)
            let isComplete = getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0
            return SystemUser(
                name: String(cString: entry.pw_name), id: entry.pw_uid, groupID: entry.pw_gid,
                groups: isComplete ? Array(groups.prefix(Int(count))) : [entry.pw_gid], home: String(cString: entry.pw_dir))
        }
    }
}
