import Foundation

/// One request, as a value.
public struct HTTPRequest: Sendable {
    public var method: String
    /// Absolute, `http` or `https`.
    public var url: String
    public var headers: HTTPHeaders
    public var body: Body
    /// How long the whole exchange may take; nil for streams, which only `idleTimeout` ends.
    public var timeout: Duration?
    /// How long the exchange may go without a byte in either direction.
    public var idleTimeout: Duration
    /// The most bytes that an answer may have which is not streamed.
    public var maximumBytes = HTTPClient.maximumBodyBytes

    public enum Body: Sendable {
        case none
        case data(Data)
        /// `multipart/form-data` (RFC 7578), its parts in this order.
        case form([FormPart])
    }

    public init(
        _ method: String, _ url: String, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none, timeout: Duration? = .seconds(60),
        idleTimeout: Duration = .seconds(60)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.idleTimeout = idleTimeout
    }
}

/// One part of a form.
public struct FormPart: Sendable, Hashable {
    public var name: String
    public var content: Content

    public enum Content: Sendable, Hashable {
        case text(String)
        /// Streamed from disk. Without a type it is told by the name, where that says it. What has no length beforehand, such as `/dev/stdin`, is sent in chunks.
        case file(path: String, filename: String, contentType: String?)
    }

    public init(_ name: String, text: String) {
        self.name = name
        content = .text(text)
    }

    public init(_ name: String, file path: String, filename: String, contentType: String? = nil) {
        self.name = name
        content = .file(path: path, filename: filename, contentType: contentType)
    }
}

/// How far an exchange is, in bytes; a total is 0 while it is unknown.
public struct TransferProgress: Sendable, Hashable {
    public var sent: Int64
    public var toSend: Int64
    public var received: Int64
    public var toReceive: Int64
}
