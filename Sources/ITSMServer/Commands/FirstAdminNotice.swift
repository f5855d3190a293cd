import Foundation
import ITSMCore
import ITSMStore
import Logging

/// Tells whoever set the desk up how to sign in for the first time: in a file that only its owner reads, and on the console if there is one.
struct FirstAdminNotice {
    let folder: DataFolder
    let logger: Logger

    var file: String { folder.path + "/admin-password" }

    /// - Throws: `SetupError` when the file cannot be written; the password would be lost.
    func tell(_ outcome: FirstAdmin.Outcome) throws {
        switch outcome {
        case .notNeeded: return
        case .created:
            logger.notice("made the first administrator with the password that was given", metadata: ["username": "\(FirstAdmin.username)"])
        case .createdWithPassword(let password):
            guard FileManager.default.createFile(atPath: file, contents: Data((password + "\n").utf8), attributes: [.posixPermissions: 0o600]) else {
                throw SetupError("The first administrator's password could not be written to \(file).")
            }
            logger.notice(
                "made the first administrator; the password stands in a file: change it and delete the file",
                metadata: ["username": "\(FirstAdmin.username)", "file": "\(file)"])
            if isatty(STDOUT_FILENO) == 1 { print("Sign in as \(FirstAdmin.username) with the password \(password)") }
        }
    }
}
