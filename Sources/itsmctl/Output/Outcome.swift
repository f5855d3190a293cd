import ArgumentParser
import ITSMCore
import ITSMTransport

/// How the program ends: the only place where a failure becomes a number.
enum Outcome: Int32, Sendable {
    case done = 0
    case error = 1
    case usageOrCancelled = 2
    case authenticationNeeded = 4
    case notFound = 5
    case conflict = 6
    case invalid = 7
    case partlyFailed = 8
    case unavailable = 9

    init(_ failure: any Error) {
        self =
            switch failure {
            case is ClosedOutput: .done
            case is Cancelled, is CancellationError: .usageOrCancelled
            case is PartialFailure: .partlyFailed
            case let failure as Problem: Outcome(failure.error.code)
            case let failure as ITSMError: Outcome(failure.code)
            case TransportError.invalidURL, TransportError.invalidRequest: .usageOrCancelled
            case TransportError.tooLarge: .error
            case is TransportError: .unavailable
            default:
                switch Itsmctl.exitCode(for: failure) {
                case .success: .done
                case .validationFailure: .usageOrCancelled
                default: .error
                }
            }
    }

    init(_ code: ErrorCode) {
        self =
            switch code {
            case .unauthenticated, .tokenExpired, .otpRequired, .badCredentials: .authenticationNeeded
            case .notFound: .notFound
            case .illegalTransition, .inUse, .duplicate, .versionMismatch, .countMismatch, .inProgress: .conflict
            case .malformed, .unknownParameter, .unknownField, .invalidValue, .required, .tooLong, .tooLarge, .unsupportedMediaType,
                .idempotencyMismatch:
                .invalid
            case .rateLimited, .unavailable: .unavailable
            case .forbidden, .methodNotAllowed, .outcomeUnknown, .internal: .error
            }
    }
}

/// The person said no, or could not be asked.
struct Cancelled: Error, CustomStringConvertible {
    var description = "Cancelled: nothing was changed."
}

/// Some of several records could not be changed; each failure was told when it happened.
struct PartialFailure: Error, CustomStringConvertible {
    var failed: Int
    var of: Int
    var description: String { "\(failed) of \(of) failed." }
}

/// Whoever reads our output has stopped reading, as `head` does.
struct ClosedOutput: Error {}
