import Foundation

/// Files as backups read and write them. All of it blocks, and throws `FileFault`.
enum BackupFiles {
    private static let chunkSize = 1 << 20

    /// Reads a file to its end.
    ///
    /// - Returns: its SHA-256 and its bytes.
    static func digest(of path: String, _ each: ([UInt8]) throws -> Void = { _ in }) throws -> (digest: String, size: Int64) {
        let file = try OpenFile(path, O_RDONLY)
        var digest = RunningDigest()
        var size: Int64 = 0
        while true {
            let chunk = try [UInt8](unsafeUninitializedCapacity: chunkSize) { buffer, count in
                var found = read(file.descriptor, buffer.baseAddress, chunkSize)
                while found < 0, errno == EINTR { found = read(file.descriptor, buffer.baseAddress, chunkSize) }
                guard found >= 0 else { throw FileFault("Could not read \(path)") }
                count = found
            }
            if chunk.isEmpty { return (digest.value.hexadecimal, size) }
            digest.add(chunk)
            size += Int64(chunk.count)
            try each(chunk)
        }
    }

    /// The bytes of a file as they are now; 0 where there is none.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Copies a file to one that is not there yet, and waits until it is on the disk.
    static func copy(_ source: String, to target: String, owner: SystemUser? = nil, _ each: (Int) throws -> Void = { _ in }) throws -> (
        digest: String, size: Int64
    ) {
        let file = try create(target, owner: owner)
        let copied = try digest(of: source) { chunk in
            try file.append(chunk, named: target)
            try each(chunk.count)
        }
        try file.synchronize()
        return copied
    }

    /// Writes a whole file that is not there yet.
    static func save(_ text: String, to path: String, owner: SystemUser? = nil) throws {
        let file = try create(path, owner: owner)
        try file.append(Array(text.utf8), named: path)
        try file.synchronize()
    }

    static func create(_ path: String, owner: SystemUser? = nil) throws -> OpenFile {
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL)
        guard owner.map({ fchown(file.descriptor, $0.id, $0.groupID) }) ?? 0 == 0 else { throw FileFault("Could not give away \(path)") }
        return file
    }

    /// Makes a private folder unless it is there.
    static func makeFolder(_ path: String, owner: SystemUser? = nil) throws {
        guard mkdir(path, 0o700) == 0 else {
            guard errno == EEXIST else { throw FileFault("Could not make the folder \(path)") }
            return
        }
        guard owner.map({ chown(path, $0.id, $0.groupID) }) ?? 0 == 0 else { throw FileFault("Could not give away \(path)") }
    }

    static func synchronizeFolder(_ path: String) throws { try OpenFile(path, O_RDONLY | O_DIRECTORY).synchronize() }
}
