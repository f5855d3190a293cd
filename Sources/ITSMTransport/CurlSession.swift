import CCurl
import Dispatch
import Foundation

/// One libcurl easy handle with the connections it keeps, confined to a thread of its own.
actor CurlSession {
    private let executor = ThreadExecutor()
    private let handle = EasyHandle()
    private let userAgent: String
    private let connectTimeout: Duration

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(userAgent: String, connectTimeout: Duration) {
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
    }

    /// Blocks this session's thread until the exchange is over.
    func perform(_ request: HTTPRequest, _ callbacks: Callbacks) throws -> HTTPResponse {
        try callbacks.cancellation.check()
        let transfer = Transfer(url: request.url, maximumBytes: request.maximumBytes, callbacks)
        let curl = handle.pointer
        curl_easy_reset(curl)
        try setGeneral(request, on: curl)
        transfer.attach(to: curl)

        var headerList = try Self.headerList(request.headers)
        defer { curl_slist_free_all(headerList) }
        headerList = curl_slist_append(headerList, "Expect:")
        itsm_curl_set_pointer(curl, CURLOPT_HTTPHEADER, headerList)

        let code: CURLcode
        switch request.body {
        case .none:
            // A method that carries bodies says that this one is empty.
            if ["POST", "PUT", "PATCH"].contains(request.method) { Self.setBody(UnsafeRawBufferPointer(start: nil, count: 0), on: curl) }
            code = Self.run(request.method, on: curl)
        case .data(let data):
            code = data.withUnsafeBytes { bytes in
                Self.setBody(bytes, on: curl)
                return Self.run(request.method, on: curl)
            }
        case .form(let parts):
            let form = try Self.form(parts, on: curl)
            defer { curl_mime_free(form) }
            itsm_curl_set_pointer(curl, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(form))
            code = Self.run(request.method, on: curl)
        }
        return try transfer.finish(code, on: curl)
    }

    private func setGeneral(_ request: HTTPRequest, on curl: UnsafeMutableRawPointer) throws {
        guard itsm_curl_set_string(curl, CURLOPT_URL, request.url) == CURLE_OK else { throw TransportError.invalidURL(request.url) }
        itsm_curl_set_string(curl, CURLOPT_PROTOCOLS_STR, "http,https")
        itsm_curl_set_string(curl, CURLOPT_USERAGENT, userAgent)
        itsm_curl_set_string(curl, CURLOPT_ACCEPT_ENCODING, "")
        // Signals belong to the program, not to one of its threads.
        itsm_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        itsm_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.wholeMilliseconds)
        if let timeout = request.timeout { itsm_curl_set_long(curl, CURLOPT_TIMEOUT_MS, timeout.wholeMilliseconds) }
        itsm_curl_set_long(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
        itsm_curl_set_long(curl, CURLOPT_LOW_SPEED_TIME, max(1, request.idleTimeout.wholeMilliseconds / 1_000))
        // A proxy never reaches this machine's own loopback.
        let exceptions = [ProcessInfo.processInfo.environment["no_proxy"], "localhost,127.0.0.1,::1"].compactMap { $0 }.joined(separator: ",")
        itsm_curl_set_string(curl, CURLOPT_NOPROXY, exceptions)
    }

    private static func run(_ method: String, on curl: UnsafeMutableRawPointer) -> CURLcode {
        if method == "HEAD" { itsm_curl_set_long(curl, CURLOPT_NOBODY, 1) }
        itsm_curl_set_string(curl, CURLOPT_CUSTOMREQUEST, method)
        return curl_easy_perform(curl)
    }

    private static func setBody(_ bytes: UnsafeRawBufferPointer, on curl: UnsafeMutableRawPointer) {
        itsm_curl_set_long(curl, CURLOPT_POST, 1)
        itsm_curl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
        if let start = bytes.baseAddress {
            itsm_curl_set_pointer(curl, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: start))
        } else {
            itsm_curl_set_string(curl, CURLOPT_COPYPOSTFIELDS, "")
        }
    }

    private static func headerList(_ headers: HTTPHeaders) throws -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for field in headers.fields {
            guard !"\(field.name)\(field.value)".unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) else {
                curl_slist_free_all(list)
                throw TransportError.invalidRequest("The header \(field.name) holds a line break.")
            }
            // libcurl's way to send a header that has no value.
            list = curl_slist_append(list, field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        return list
    }

    private static func form(_ parts: [FormPart], on curl: UnsafeMutableRawPointer) throws -> OpaquePointer? {
        let form = curl_mime_init(curl)
        for part in parts {
            let mimePart = curl_mime_addpart(form)
            curl_mime_name(mimePart, part.name)
            switch part.content {
            case .text(let text):
                _ = text.withCString { curl_mime_data(mimePart, $0, text.utf8.count) }
            case .file(let path, let filename, let contentType):
                guard access(path, R_OK) == 0, curl_mime_filedata(mimePart, path) == CURLE_OK else {
                    curl_mime_free(form)
                    throw TransportError.invalidRequest("Cannot read \(path): \(String(cString: strerror(errno))).")
                }
                curl_mime_filename(mimePart, filename)
                if let contentType { curl_mime_type(mimePart, contentType) }
            }
        }
        return form
    }
}

/// Owns the handle, and with it the kept connections.
private final class EasyHandle {
    private static let globalInit: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

    let pointer: UnsafeMutableRawPointer

    init() {
        guard Self.globalInit == CURLE_OK, let pointer = curl_easy_init() else { fatalError("libcurl cannot start: out of memory") }
        self.pointer = pointer
    }

    deinit { curl_easy_cleanup(pointer) }
}

/// A serial queue with its own thread, on which a session may block.
private final class ThreadExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "itsm.transport")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}

extension Duration {
    var wholeMilliseconds: Int { Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
