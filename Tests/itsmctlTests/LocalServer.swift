import Foundation
import ITSMCore
import Synchronization

/// A small HTTP/1.1 server on loopback that answers as a test says, and remembers what it was asked.
final class LocalServer: Sendable {
    struct Request: Sendable {
        var method: String
        var target: String
        var headers: [String: String]
        var body: Data
        /// 1 for the first request of its connection.
        var ordinalOnConnection: Int

        var path: String { String(target.prefix { $0 != "?" }) }
        var text: String { String(decoding: body, as: UTF8.self) }
        /// Nil without a body.
        var json: JSONValue? {
            get throws { body.isEmpty ? Optional.none : try JSONDecoder().decode(JSONValue.self, from: body) }
        }
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = Data()
        /// Ends the connection in the middle of the answer.
        var breaksOff = false
        /// Never answers, until the client goes away.
        var hangs = false

        static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> Reply {
            Reply(status: status, headers: headers.merging(["Content-Type": "application/json"], uniquingKeysWith: { $1 }), body: Data(text.utf8))
        }

        static func problem(_ status: Int, _ code: String, _ detail: String = "It did not work.", headers: [String: String] = [:]) -> Reply {
            json("{\"status\":\(status),\"code\":\"\(code)\",\"detail\":\"\(detail)\",\"requestId\":\"r-1\"}", status: status, headers: headers)
        }
    }

    let port: UInt16
    private let socket: Int32
    private let received = Mutex<[Request]>([])
    private let reply: @Sendable (Request) -> Reply

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { received.withLock { $0 } }

    init(reply: @escaping @Sendable (Request) -> Reply) {
        self.reply = reply
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        precondition(bound, "cannot listen on loopback")
        port = UInt16(bigEndian: address.sin_port)
        self.socket = socket
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0, let self else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        var buffer = Data()
        var ordinal = 0
        while let request = Self.readRequest(client, &buffer, ordinal: ordinal + 1) {
            ordinal += 1
            received.withLock { $0.append(request) }
            let reply = reply(request)
            if reply.hangs { _ = Self.receive(client, &buffer); return }
            var head = "HTTP/1.1 \(reply.status) X\r\n"
            for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
            head += "Content-Length: \(reply.body.count + (reply.breaksOff ? 1 : 0))\r\n\r\n"
            guard Self.send(client, Data(head.utf8) + reply.body), !reply.breaksOff else { return }
        }
    }

    private static func readRequest(_ client: Int32, _ buffer: inout Data, ordinal: Int) -> Request? {
        let end = Data("\r\n\r\n".utf8)
        var range = buffer.range(of: end)
        while range == nil {
            guard receive(client, &buffer) else { return nil }
            range = buffer.range(of: end)
        }
        let lines = String(decoding: buffer[..<range!.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        buffer = Data(buffer[range!.upperBound...])
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard receive(client, &buffer) else { return nil } }
        let words = lines[0].split(separator: " ").map(String.init)
        let body = Data(buffer.prefix(length))
        buffer = Data(buffer.dropFirst(length))
        return Request(method: words[0], target: words[1], headers: headers, body: body, ordinalOnConnection: ordinal)
    }

    private static func receive(_ client: Int32, _ buffer: inout Data) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(client, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: bytes[..<count])
        return true
    }

    private static func send(_ client: Int32, _ data: Data) -> Bool {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(client, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
