import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore
import NIOCore

extension Call {
    /// Bytes that are in memory at once.
    private static let chunk = 128 * 1024

    /// A stored file as a download: whole, or the one range that was asked for, or 304 where the caller has it. No browser shows it in our origin,
    /// whatever it is.
    func download(_ file: StoredFile, as name: FileName, mediaType: String) throws -> Response {
        let size = file.blob.size
        let tag = "\"\(file.blob.digest)\""
        var headers: HTTPFields = [
            .contentType: mediaType, .contentDisposition: name.disposition,
            .contentSecurityPolicy: "sandbox; default-src 'none'; frame-ancestors 'none'",
            .xContentTypeOptions: "nosniff", .acceptRanges: "bytes", .eTag: tag,
            // Kept, but asked for again each time: what was deleted or is no longer seen is not shown, and a picture comes once.
            .cacheControl: "private, no-cache",
        ]
        if EntityTag.isListed(tag, in: request.headers[.ifNoneMatch]) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        // RFC 9110, 14.2: a range means something with GET alone.
        let range =
            request.method == .get ? ByteRange(request.headers[.range], condition: request.headers[.ifRange], tag: tag, size: size) : .whole
        switch range {
        case .whole: return Response(status: .ok, headers: headers, body: Self.body(file, from: 0, count: size))
        case .part(let bytes):
            headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound)/\(size)"
            return Response(status: .partialContent, headers: headers, body: Self.body(file, from: bytes.lowerBound, count: Int64(bytes.count)))
        case .unsatisfiable: return try rangeNotSatisfiable(size)
        }
    }

    private static func body(_ file: StoredFile, from start: Int64, count: Int64) -> ResponseBody {
        ResponseBody(contentLength: Int(count)) { writer in
            var offset = start
            while offset < start + count {
                let bytes = try await file.read(from: offset, atMost: Int(min(Int64(chunk), start + count - offset)))
                // A file shorter than its size ends the connection: what was promised cannot be sent.
                guard !bytes.isEmpty else { throw ITSMError(.internal, "A stored file is shorter than on record.") }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += Int64(bytes.count)
            }
            try await writer.finish(nil)
        }
    }

    private func rangeNotSatisfiable(_ size: Int64) throws -> Response {
        let error = ITSMError(.invalidValue, "This range lies behind the end of the file, which has \(size) bytes.")
        var problem = Problem(error, instance: request.uri.path, requestID: origin.requestID ?? "")
        problem.status = HTTPResponse.Status.rangeNotSatisfiable.code
        return Response(
            status: .rangeNotSatisfiable, headers: [.contentType: "application/problem+json", .contentRange: "bytes */\(size)"],
            body: .init(byteBuffer: try WireEncoding.encode(problem)))
    }
}
