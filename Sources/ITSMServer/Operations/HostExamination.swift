import Foundation
import ITSMCore
import ITSMStore
import Logging

/// Looks at what only the server's own machine knows: its folders, its disks, its certificate, and the database behind it.
struct HostExamination {
    let configuration: ServerConfiguration
    let log: Logger

    /// Changes nothing; starts the private PostgreSQL for the time being where no server runs it.
    func findings() async -> [Finding] {
        var findings = [folder(), secret()] + disks() + [attachments()]
        if let certificate { findings.append(certificate) }
        findings.append(openFiles)
        return findings + (await database())
    }

    private var dataFolder: String { configuration.dataFolder }

    private func folder() -> Finding {
        var status = stat()
        guard stat(dataFolder, &status) == 0 else {
            return .fault(
                "data folder", "\(dataFolder) is not there, or this user may not look into it.", "Name the server's folder with --data-dir.")
        }
        guard status.st_mode & 0o077 == 0 else {
            return .warning("data folder", "Others than its owner may look into \(dataFolder).", "chmod 700 \(dataFolder)")
        }
        return .ok("data folder", "\(dataFolder) belongs to \(SystemUser.numbered(status.st_uid, group: status.st_gid).name) alone.")
    }

    private func secret() -> Finding {
        guard case .file(let file) = configuration.secretKeyPlace(in: dataFolder) else { return .ok("secret", "It stands in ITSM_SECRET_KEY.") }
        var status = stat()
        guard stat(file, &status) == 0 else {
            return .fault("secret", "\(file) is not there.", "Restore the desk's own from a backup; it cannot be made anew.")
        }
        return status.st_mode & 0o077 == 0
            ? .ok("secret", "\(file) is its owner's alone.") : .fault("secret", "Others may read \(file).", "chmod 600 \(file)")
    }

    private func disks() -> [Finding] {
        var seen: Set<UInt64> = []
        return ["", "/postgres", "/attachments"].compactMap { part in
            let path = dataFolder + part
            var disk = statvfs(), status = stat()
            guard statvfs(path, &disk) == 0, stat(path, &status) == 0, seen.insert(UInt64(status.st_dev)).inserted, disk.f_blocks > 0 else {
                return nil
            }
            let free = Double(disk.f_bavail) / Double(disk.f_blocks), gigabytes = Double(disk.f_bavail) * Double(disk.f_frsize) / 1e9
            return .number(
                "disk", 1 - free, warnAbove: 0.85, faultAbove: 0.95,
                String(format: "%.1f GB (%.0f %%) are free where ", gigabytes, free * 100) + path + " lies.",
                remedy: "Remove old backups and logs, or enlarge the disk; never files below postgres or attachments.")
        }
    }

    private func attachments() -> Finding {
        let folder = dataFolder + "/attachments"
        guard FileManager.default.fileExists(atPath: folder + "/desk-id") else {
            return .fault(
                "attachments", "\(folder) is not this desk's, or not mounted: desk-id is missing.",
                "Mount the shared file system; never make the folder by hand.")
        }
        return access(folder + "/incoming", W_OK | X_OK) == 0
            ? .ok("attachments", "\(folder) can be written.")
            : .fault("attachments", "\(folder) cannot be written.", "Give it to the user that the server runs as.")
    }

    private var certificate: Finding? {
        guard let files = configuration.edge.certificate else { return nil }
        do {
            let end = try CertificateKeeper(files, logger: log).end
            let days = Double(end.microseconds - SystemClock().now().microseconds) / 86_400e6
            return .number(
                "certificate", -days, warnAbove: -14, faultAbove: 0, "\(files.certificate) ends on \(end).",
                remedy: "Renew it; the server takes the new files by itself.")
        } catch {
            return .fault("certificate", "\(error)", "Correct the files: admin guide, \"TLS\".")
        }
    }

    private var openFiles: Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let needed = configuration.edge.maximumConnections + 200
        return Double(limit.rlim_max) >= Double(needed)
            ? .ok("open files", "This user may open \(limit.rlim_max).")
            : .warning(
                "open files", "This user may open \(limit.rlim_max), fewer than max-connections needs (\(needed)).",
                "LimitNOFILE=65536 in the unit, or ulimit -n.")
    }

    private func database() async -> [Finding] {
        let log = log
        if let url = configuration.databaseURL {
            return (try? await onThread("examination") { DatabaseExamination.findings(of: url, log: log) }) ?? []
        }
        do {
            let postgres = try await BorrowedPostgres.open(dataFolder, log: log)
            let findings = (try? await onThread("examination") { DatabaseExamination.findings(of: postgres.connectionString, log: log) }) ?? []
            await postgres.close()
            return findings
        } catch {
            return [.fault("database", "\(error)", "Start the server, and look into \(dataFolder)/postgres.log.")]
        }
    }
}
