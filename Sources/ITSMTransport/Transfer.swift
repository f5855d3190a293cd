import CCurl
import Foundation
import Synchronization

/// Whom one exchange tells what happens, and who may end it.
struct Callbacks: Sendable {
    var onProgress: (@Sendable (TransferProgress) -> Void)?
    var onBody: (@Sendable (UnsafeRawBufferPointer) throws -> Void)?
    let cancellation = Cancellation()
}

/// What one exchange gathers while libcurl runs it.
final class Transfer {
    private let url: String
    private let maximumBytes: Int
    private let callbacks: Callbacks
    private var headers = HTTPHeaders()
    private var status = 0
    private var body = Data()
    private var failure: (any Error)?
    private let reason = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(url: String, maximumBytes: Int, _ callbacks: Callbacks) {
        self.url = Self.shown(url)
        self.maximumBytes = maximumBytes
        self.callbacks = callbacks
        reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { reason.deallocate() }

    /// Has libcurl call this transfer. It must outlive the exchange.
    func attach(to curl: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        itsm_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, reason)
        itsm_curl_set_pointer(curl, CURLOPT_WRITEDATA, context)
        itsm_curl_set_io(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.from(context).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        itsm_curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
        itsm_curl_set_io(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.from(context).receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        itsm_curl_set_long(curl, CURLOPT_NOPROGRESS, 0)
        itsm_curl_set_pointer(curl, CURLOPT_XFERINFODATA, context)
        itsm_curl_set_progress(curl, CURLOPT_XFERINFOFUNCTION) { context, toReceive, received, toSend, sent in
            let transfer = Transfer.from(context)
            transfer.callbacks.onProgress?(.init(sent: Int64(sent), toSend: Int64(toSend), received: Int64(received), toReceive: Int64(toReceive)))
            return transfer.callbacks.cancellation.isRequested ? 1 : 0
        }
    }

    /// Turns what libcurl said into an answer.
    func finish(_ code: CURLcode, on curl: UnsafeMutableRawPointer) throws -> HTTPResponse {
        if let failure { throw failure }
        guard code == CURLE_OK else { throw error(code) }
        return HTTPResponse(status: status, headers: headers, body: body)
    }

    private func error(_ code: CURLcode) -> any Error {
        let said = String(cString: reason)
        let reason = said.isEmpty ? String(cString: curl_easy_strerror(code)) : said
        return switch code {
        case CURLE_ABORTED_BY_CALLBACK: CancellationError()
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: TransportError.invalidURL(url)
        case CURLE_READ_ERROR: TransportError.invalidRequest("A file changed or could not be read while it was sent.")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: TransportError.unreachable(url: url, reason: reason)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR: TransportError.untrusted(url: url, reason: reason)
        case CURLE_OPERATION_TIMEDOUT: TransportError.timedOut(url: url)
        default: TransportError.interrupted(url: url, reason: reason)
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        do {
            if let onBody = callbacks.onBody, (200..<300).contains(status) {
                try onBody(bytes)
            } else {
                guard body.count + bytes.count <= maximumBytes else {
                    throw TransportError.tooLarge(url: url, limit: maximumBytes)
                }
                body.append(contentsOf: bytes)
            }
            return bytes.count
        } catch {
            failure = error
            return 0
        }
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        let line = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        if line.hasPrefix("HTTP/") {
            // A status line begins the headers anew: what came before belonged to an interim (1xx) answer.
            headers = HTTPHeaders()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if let colon = line.firstIndex(of: ":") {
            headers.append(String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return bytes.count
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer { Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue() }

    /// The address without query, fragment and credentials, which do not belong into messages.
    private static func shown(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return url }
        (parts.query, parts.fragment, parts.user, parts.password) = (nil, nil, nil, nil)
        return parts.string ?? url
    }
}

/// Asks a running exchange to end; set from any thread.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isRequested: Bool { flag.load(ordering: .relaxed) }
    func request() { flag.store(true, ordering: .relaxed) }
    func check() throws { if isRequested { throw CancellationError() } }
}
