import ITSMCore

/// What the desk says when a constraint with a known name refuses a write. Each table family lists its own and is named in `all`; a constraint
/// that is listed nowhere gets a general answer without a field.
enum ConstraintProblems {
    /// Constraint name -> the field at fault.
    static let all: [String: FieldProblem] = merged([people, desk, tickets, sla, assignment, views])

    private static func merged(_ families: [[String: FieldProblem]]) -> [String: FieldProblem] {
        families.reduce(into: [:]) { all, family in
            all.merge(family) { _, _ in preconditionFailure("two table families list the same constraint") }
        }
    }
}

extension PostgresError {
    /// What callers are told: a fault of theirs with its field, a reason to come back later, or that it is ours; nothing of the inside.
    var itsmError: ITSMError {
        if kind == .parameter { return ITSMError(.invalidValue, message) }
        if kind == .connection || kind == .fatal { return .databaseUnavailable }
        switch sqlState.prefix(2) {
        case "23": return integrityError
        case "22": return invalidDataError
        case "57" where sqlState == "57014": return .tooSlow
        case "53" where sqlState == "53100": return .diskFull
        case "53", "57": return .databaseUnavailable
        // A standby refuses the BEGIN of a write as a feature that it does not have.
        case "0A" where statement?.hasPrefix("BEGIN") == true: return .databaseReadOnly
        case "40": return .databaseBusy
        case "55" where sqlState == "55P03": return .databaseBusy
        default: return .unexpected
        }
    }

    private var integrityError: ITSMError {
        if let constraint, let problem = ConstraintProblems.all[constraint], !isRefusedDelete { return .invalid([problem]) }
        switch sqlState {
        case "23505": return ITSMError(.duplicate, "There is already a record like this one.")
        case "23503", "23001":
            return isRefusedDelete
                ? ITSMError(.inUse, "Other records still refer to this one.")
                : ITSMError(.invalidValue, "This refers to a record that does not exist.")
        case "23514", "23P01": return ITSMError(.invalidValue, "A value is not allowed here, or not together with the others.")
        default: return .unexpected
        }
    }

    /// The same foreign key refuses an unknown reference and the deletion of what is referred to.
    private var isRefusedDelete: Bool {
        (sqlState == "23503" || sqlState == "23001") && statement?.drop(while: \.isWhitespace).hasPrefix("DELETE") == true
    }

    private var invalidDataError: ITSMError {
        switch sqlState {
        case "22P02", "22021", "22P05": ITSMError(.invalidValue, "A value holds characters that cannot be stored.")
        case "22001", "22003", "22007", "22008": ITSMError(.invalidValue, "A value is out of range.")
        default: .unexpected
        }
    }
}

extension ITSMError {
    static let databaseUnavailable = ITSMError(.unavailable, "The database cannot be reached at the moment. Try again shortly.", retryAfterSeconds: 1)
    static let diskFull = ITSMError(
        .unavailable, "The disk of the database is full, so nothing can be saved. Tell whoever runs the desk; reading works.", retryAfterSeconds: 30)
    static let databaseReadOnly = ITSMError(
        .unavailable,
        "The database can only be read at the moment, so nothing can be saved. Try again shortly; if it stays so, tell whoever runs the desk.",
        retryAfterSeconds: 5)
    static let databaseBusy = ITSMError(.unavailable, "Somebody else is changing this record. Try again in a moment.", retryAfterSeconds: 1)
    static let tooSlow = ITSMError(.unavailable, "This took too long and was given up. Ask for less, or try again later.", retryAfterSeconds: 1)
    static let queueFull = ITSMError(.unavailable, "The desk is busy. Try again in a moment.", retryAfterSeconds: 1)
    static let unexpected = ITSMError(.internal, "Something went wrong on our side. It has been logged.")
    static let commitInDoubt = ITSMError(
        .outcomeUnknown,
        "The database has not confirmed that this was saved, so it may or may not have been. Read it again before repeating.",
        retryAfterSeconds: 1)
}
