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
        get throws {
            var message: UnsafeMutablePointer<CChar>?
            guard let options = PQconninfoParse(text, &message) else {
                defer { PQfreemem(message) }
                let reason = message.map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? "out of memory"
                throw SetupError("This is no address of a PostgreSQL database: \(reason)")
            }
            defer { PQconninfoFree(options) }
            var option = options
            while let keyword = option.pointee.keyword {
                if ["password", "sslpassword"].contains(String(cString: keyword)), option.pointee.val != nil { return true }
                option += 1
            }
            return false
        }
    }
}
