import CLibPQ
import Foundation

/// How a database is reached, in libpq's words: a URL or a list of keywords.
public struct ConnectionString: Sendable {
    private let text: String

    /// Takes any text; whether it is right is found out when something is asked of it.
    public init(_ text: String) { self.text = text }

    /// Whether it holds a password itself, rather than leaving it to a pgpass or service file.
    ///
    /// - Throws: `SetupError` when it is not one.
    public var holdsPassword: Bool {
        get throws { try options.contains { ["password", "sslpassword"].contains($0.keyword) } }
    }

    /// The same for a program that is started: as environment variables, which other users of the machine cannot read, and what has none as keywords.
    ///
    /// - Throws: `SetupError` when it is not one.
    func forProgram() throws -> (environment: [String: String], keywords: String) {
        var environment: [String: String] = [:]
        var keywords: [String] = []
        for option in try options {
            if let variable = option.variable {
                environment[variable] = option.value
            } else {
                guard option.keyword != "sslpassword" else {
                    throw SetupError(
                        "The programs of PostgreSQL take no sslpassword from the environment. Give them a key file without a passphrase.")
                }
                keywords.append(Self.keyword(option.keyword, option.value))
            }
        }
        return (environment, keywords.joined(separator: " "))
    }

    /// A keyword with its value as libpq reads it, whatever is in it.
    static func keyword(_ name: String, _ value: String) -> String {
        let escaped = value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'")
        return "\(name)='\(escaped)'"
    }

    private var options: [(keyword: String, variable: String?, value: String)] {
        get throws {
            var message: UnsafeMutablePointer<CChar>?
            guard let found = PQconninfoParse(text, &message) else {
                defer { PQfreemem(message) }
                let reason = message.map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? "out of memory"
                throw SetupError("This is no address of a PostgreSQL database: \(reason)")
            }
            defer { PQconninfoFree(found) }
            var options: [(keyword: String, variable: String?, value: String)] = []
            var option = found
            while let keyword = option.pointee.keyword {
                if let value = option.pointee.val {
                    options.append((String(cString: keyword), option.pointee.envvar.map { String(cString: $0) }, String(cString: value)))
                }
                option += 1
            }
            return options
        }
    }
}
