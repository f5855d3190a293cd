import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import NIOCore

/// An error on the wire: RFC 9457 `application/problem+json`.
struct Problem: WireOutput {
    /// Where this kind of error is explained.
    var type: String
    var title: String
    var status: Int
    var detail: String
    /// The path that was asked for.
    var instance: String
    var code: ErrorCode
    var requestId: String
    /// Every faulty field at once.
    var errors: [FieldProblem]?

    init(_ error: ITSMError, instance: String, requestID: String) {
        type = "/api/docs/errors#\(error.code.rawValue)"
        title = error.code.title
        status = error.status.code
        detail = error.detail
        self.instance = instance
        code = error.code
        requestId = requestID
        errors = error.problems.isEmpty ? nil : error.problems
    }

    static var schema: Schema {
        .object(
            "Problem", "An error, as RFC 9457 has it.",
            [
                .required("type", String.self, "Where this kind of error is explained."), .required("title", String.self),
                .required("status", Int.self), .required("detail", String.self, "What happened and what to do next."),
                .required("instance", String.self), .required("code", ErrorCode.self), .required("requestId", String.self),
                .optional("errors", [FieldProblem].self, "Every faulty field at once."),
            ])
    }
}

extension ErrorCode: WireType {}

extension FieldProblem: WireType {
    static var schema: Schema {
        .object(
            "FieldProblem", "One fault in what was sent.",
            [
                .required("pointer", String.self, "An RFC 6901 JSON pointer into the body, or `?name` for a query parameter."),
                .required("code", ErrorCode.self), .required("message", String.self),
            ])
    }
}

extension ITSMError {
    /// The one place where codes become HTTP statuses.
    var status: HTTPResponse.Status {
        switch code {
        case .malformed, .unknownParameter: .badRequest
        case .unknownField, .invalidValue, .required, .tooLong:
            // What stands in the address cannot be understood (400); what stands in a body was understood, but is wrong (422).
            problems.first?.pointer.hasPrefix("?") == true ? .badRequest : .unprocessableContent
        case .unauthenticated, .tokenExpired, .otpRequired, .badCredentials: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .illegalTransition, .inUse, .duplicate, .countMismatch, .inProgress: .conflict
        case .versionMismatch: .preconditionFailed
        case .idempotencyMismatch: .unprocessableContent
        case .tooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .rateLimited: .tooManyRequests
        case .unavailable, .outcomeUnknown: .serviceUnavailable
        case .internal: .internalServerError
        }
    }

    /// The error as an answer.
    func response(instance: String, requestID: String) -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if status == .unauthorized { headers[.wwwAuthenticate] = code == .tokenExpired ? "Bearer error=\"invalid_token\"" : "Bearer" }
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        let problem = Problem(self, instance: instance, requestID: requestID)
        let body = (try? WireEncoding.encode(problem)) ?? ByteBuffer()
        return Response(status: status, headers: headers, body: .init(byteBuffer: body))
    }
}

extension ErrorCode {
    /// A short name for people; the same for every error of this code.
    var title: String {
        switch self {
        case .malformed: "The request cannot be read"
        case .unknownParameter: "Unknown query parameter"
        case .unknownField: "Unknown field"
        case .invalidValue: "Invalid value"
        case .required: "Something is missing"
        case .tooLong: "Too long"
        case .unauthenticated: "Sign-in needed"
        case .tokenExpired: "The token has expired"
        case .otpRequired: "One-time code needed"
        case .badCredentials: "Wrong username or password"
        case .forbidden: "Not allowed"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .illegalTransition: "Illegal transition"
        case .inUse: "Still in use"
        case .duplicate: "Already there"
        case .versionMismatch: "Changed by somebody else"
        case .countMismatch: "Another number of tickets"
        case .idempotencyMismatch: "Idempotency key used for another request"
        case .inProgress: "Being worked on"
        case .tooLarge: "Too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .rateLimited: "Too many requests"
        case .unavailable: "Busy"
        case .outcomeUnknown: "Outcome unknown"
        case .internal: "Internal error"
        }
    }

    /// What the page of errors says: what it means and what to do.
    var explanation: String {
        switch self {
        case .malformed: "The body is no JSON, or the address or a header is not written as it should be; the detail names the place."
        case .unknownParameter: "A query parameter that this route does not have. Nothing is ever silently ignored."
        case .unknownField: "A field that does not exist, or not for you."
        case .invalidValue: "A value that the field cannot have; the message says what it can."
        case .required: "A field that must be there is not."
        case .tooLong: "A text or list beyond its limit."
        case .unauthenticated: "No token, or one that is not valid or was revoked. Sign in again."
        case .tokenExpired: "The access token is older than 15 minutes, or the API token has expired. Refresh it."
        case .otpRequired: "This account needs a one-time code: send the same request with \"otp\"."
        case .badCredentials: "Username and password do not belong together, or the account may not sign in."
        case .forbidden: "You may see this record, but not do this to it."
        case .notFound: "There is no such thing, or you may not see it: both look the same."
        case .methodNotAllowed: "The address exists, but not with this method; the header Allow names those it has."
        case .illegalTransition: "The record's status does not allow this step; the detail names the steps that are possible."
        case .inUse: "What is used elsewhere cannot go; the detail names the uses."
        case .duplicate: "A value that must be unique is already taken."
        case .versionMismatch: "The record changed since you read it (If-Match). Read it again and repeat your change."
        case .countMismatch:
            "The filter of a bulk change finds more or fewer tickets than expectedCount says; nothing was done. Look again, and send the new count."
        case .idempotencyMismatch: "This Idempotency-Key was sent before with another body. Use a new key for a new request."
        case .inProgress: "A request with this Idempotency-Key, or a job of this kind, is being worked on. Wait for its end and send it again."
        case .tooLarge: "The body or the file is larger than allowed."
        case .unsupportedMediaType: "The body is not of the media type that this route takes."
        case .rateLimited: "Wait as many seconds as Retry-After says."
        case .unavailable: "The desk is busy or the database is away; nothing was written. Try again after Retry-After."
        case .outcomeUnknown:
            "The connection to the database broke while the change was being committed: it may or may not have happened. Repeat it with the same Idempotency-Key."
        case .internal: "A fault of the server, which is in its log under the requestId. Nothing was written."
        }
    }
}
