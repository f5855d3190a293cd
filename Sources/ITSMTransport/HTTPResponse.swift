import CCurl
import Foundation

/// One answer. Its body is empty where it was streamed elsewhere.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: Data

    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    public var isSuccess: Bool { (200..<300).contains(status) }

    /// When the answer was made, by the server's clock: seconds since 1970 (RFC 9110 section 6.6.1); nil where it does not say.
    public var madeAtSeconds: Int64? {
        guard let text = headers["Date"] else { return nil }
        let date = curl_getdate(text, nil)
        return date < 0 ? nil : Int64(date)
    }

    /// Seconds to wait by `Retry-After` (RFC 9110 section 10.2.3: seconds, or a date), at least 0; nil without one.
    public func retryAfterSeconds(at nowSeconds: Int64) -> Int? {
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Int(text) { return max(0, seconds) }
        let date = curl_getdate(text, nil)
        return date < 0 ? nil : max(0, Int(Int64(date) - nowSeconds))
    }
}

/// Header fields in their order; names compare without regard to case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String
    }

    public private(set) var fields: [Field] = []

    public init() {}

    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// The first field of that name; setting replaces all of that name.
    public subscript(_ name: String) -> String? {
        get { fields.first { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value }
        set {
            fields.removeAll { $0.name.caseInsensitiveCompare(name) == .orderedSame }
            if let newValue { fields.append(Field(name: name, value: newValue)) }
        }
    }

    public mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
}
