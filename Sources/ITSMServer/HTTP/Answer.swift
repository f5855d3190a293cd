import HTTPTypes
import ITSMCore
import NIOCore

/// What a route can send: it travels, and it says what it looks like.
typealias WireOutput = Encodable & Sendable & WireType

/// What a route can take as its body.
typealias WireInput = Decodable & Sendable & WireType

/// What a handler gives back: a value, the status that says what became of the request, and what stands in headers.
struct Answer<Value: Sendable>: Sendable {
    enum Content: Sendable {
        case value(Value)
        /// Bytes that an earlier request with the same idempotency key was answered with, or that were kept for a later one.
        case rendered(ByteBuffer)
    }

    var status: HTTPResponse.Status
    var content: Content
    /// The record's version, which makes its `ETag`.
    var version: Int?
    var headers = HTTPFields()

    static func ok(_ value: Value, version: Int? = nil) -> Answer { Answer(status: .ok, content: .value(value), version: version) }

    /// `location` is the new record's path below `/api/v1/`.
    static func created(_ value: Value, at location: String, version: Int? = nil) -> Answer {
        Answer(status: .created, content: .value(value), version: version, headers: [.location: "/api/v1/\(location)"])
    }

    /// What nobody keeps on the way, such as a token.
    static func secret(_ value: Value) -> Answer {
        Answer(status: .ok, content: .value(value), headers: [.cacheControl: "no-store"])
    }

    /// The work goes on as a job, which `location` (below `/api/v1/`) shows.
    static func accepted(_ value: Value, at location: String) -> Answer {
        Answer(status: .accepted, content: .value(value), headers: [.location: "/api/v1/\(location)"])
    }
}

extension Answer where Value == NoContent {
    static var noContent: Answer { Answer(status: .noContent, content: .value(NoContent())) }
}

/// The value of an answer without a body.
struct NoContent: Encodable, Sendable, WireType {
    static var schema: Schema { .object([]) }
}

/// What a route promises to answer; the handler's type follows from it.
struct Promise<Value: Sendable>: Sendable {
    let status: HTTPResponse.Status
    /// Nil where there is no body.
    let schema: Schema?
}

extension Promise where Value: WireOutput {
    static func ok(_ type: Value.Type) -> Promise { Promise(status: .ok, schema: type.schema) }
    static func created(_ type: Value.Type) -> Promise { Promise(status: .created, schema: type.schema) }
    static func accepted(_ type: Value.Type) -> Promise { Promise(status: .accepted, schema: type.schema) }
}

extension Promise where Value == NoContent {
    static var noContent: Promise { Promise(status: .noContent, schema: nil) }
}

/// One page of a list on the wire: `{"items": […], "next": "…", "count": {…}}`.
struct List<Item: WireOutput>: WireOutput {
    var items: [Item]
    /// The cursor of the page that follows; absent on the last.
    var next: String?
    var count: Count?
    /// What was searched for instead, where the words as typed found nothing.
    var correctedQuery: String?

    struct Count: WireOutput {
        var value: Int
        var isExact: Bool

        static var schema: Schema {
            .object([
                .required("value", Int.self), .required("isExact", Bool.self, "False where counting stopped; there are at least so many then."),
            ])
        }
    }

    static var schema: Schema {
        .object([
            .required("items", [Item].self),
            .optional("next", String.self, "The `cursor` of the page that follows; absent on the last."),
            .optional("count", Count.self, "Only when `count=` asked for it."),
            .optional("correctedQuery", String.self, "What was searched for instead, where the words as typed found nothing."),
        ])
    }
}
