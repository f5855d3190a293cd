import CLibPQ

/// Where in our source a statement stands.
package struct CallSite: Sendable, CustomStringConvertible {
    var file: StaticString
    var line: UInt

    package var description: String { "\(file):\(line)" }
}

/// What went wrong between us and PostgreSQL, with all that is known about it: for the log and for decisions, never for callers.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The server reported it.
        case server
        /// The server reported it and ended the session.
        case fatal
        /// The connection broke, or could not be made.
        case connection
        /// An answer was not what our code expects.
        case decoding
        /// `expecting:` did not hold.
        case unexpectedCount
        /// A parameter cannot be stored; the message is fit for the caller.
        case parameter
    }

    package var kind: Kind
    /// Five characters, empty when the server did not speak.
    package var sqlState: String
    package var message: String
    package var detail: String?
    package var constraint: String?
    package var table: String?
    package var column: String?
    /// The server's own function that reported it: the only mark that does not depend on the server's language.
    var sourceFunction: String?
    package var site: CallSite?
    /// The statement's text, without values.
    package var statement: String?

    init(_ kind: Kind, message: String, site: CallSite? = nil, statement: String? = nil) {
        self.kind = kind
        self.message = message
        self.site = site
        self.statement = statement
        sqlState = ""
    }

    init(result: OpaquePointer, site: CallSite?, statement: String?) {
        func field(_ code: Int) -> String? { PQresultErrorField(result, Int32(code)).map { String(cString: $0) } }
        let severity = field(ITSM_DIAG_SEVERITY)
        kind = severity == nil ? .connection : severity == "ERROR" ? .server : .fatal
        sqlState = field(ITSM_DIAG_SQLSTATE) ?? ""
        message = field(ITSM_DIAG_MESSAGE) ?? String(cString: PQresultErrorMessage(result))
        detail = field(ITSM_DIAG_DETAIL)
        constraint = field(ITSM_DIAG_CONSTRAINT)
        table = field(ITSM_DIAG_TABLE)
        column = field(ITSM_DIAG_COLUMN)
        sourceFunction = field(ITSM_DIAG_FUNCTION)
        self.site = site
        self.statement = statement
    }

    /// One line for the log. `detail` is left out: it quotes values.
    package var description: String {
        var text = sqlState.isEmpty ? message : "\(sqlState) \(message)"
        if let constraint { text += " [constraint \(constraint)]" }
        if let site { text += " at \(site)" }
        if let statement { text += " in \(statement.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(400))" }
        return text
    }

    /// What the unit that met this should do next.
    enum Remedy {
        /// Nothing helps: it is told to the caller.
        case none
        /// The same again, a little later: the server chose this transaction to give way to another.
        case runAgain
        /// The same again where more time is allowed.
        case runWithPatience
        /// The same again without the prepared statements.
        case runWithFreshPlans
        /// The same again on a new connection.
        case reconnect
    }

    var remedy: Remedy {
        if kind == .connection { return .reconnect }
        switch sqlState {
        case "40001", "40P01": return .runAgain
        case "55P03", "57014": return .runWithPatience
        // A column was added to a table under `SELECT *`-like plans; or somebody ran DEALLOCATE on our session.
        case "0A000" where sourceFunction == "RevalidateCachedQuery", "26000": return .runWithFreshPlans
        // Sat idle in its transaction too long: it would again.
        case "25P03": return .none
        default: return kind == .fatal ? .reconnect : .none
        }
    }
}
