import Foundation
import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore
import NIOCore

/// Style sheets, modules and icons. Each stands at an address that holds a hash of its content, so that browsers may keep it for good.
struct Assets: Sendable {
    struct File: Sendable {
        let mediaType: String
        let plain: ByteBuffer
        let compressed: ByteBuffer
    }

    static let folder = "/assets/"

    /// By hashed name.
    private var files: [String: File] = [:]
    /// Hashed names by plain ones.
    private var names: [String: String] = [:]

    init(_ sources: [String: [UInt8]]) {
        // What others point to comes first: pictures, then modules after those that they import, then the rest.
        var open = sources.mapValues { Self.withoutComments(String(decoding: $0, as: UTF8.self)) }
        while !open.isEmpty {
            let ready = open.filter { name, text in !open.keys.contains { $0 != name && Self.mentions(text, $0) } }
            precondition(!ready.isEmpty, "modules import each other in a ring: \(open.keys.sorted())")
            for (name, text) in ready {
                add(name, linked(text))
                open[name] = nil
            }
        }
    }

    /// The address of the asset with this plain name.
    func address(of name: String) -> String? { names[name].map { Self.folder + $0 } }

    /// `text` with the plain addresses of assets in it (`/assets/app.css`, and `./dom.js` between modules) made to the hashed ones.
    func linked(_ text: String) -> String {
        names.reduce(text) { text, name in
            text.replacing(Self.folder + name.key, with: Self.folder + name.value).replacing("'./\(name.key)'", with: "'./\(name.value)'")
        }
    }

    subscript(hashed name: String) -> File? { files[name] }

    /// Lines that only hold a comment are for who reads the sources: a sixth of what modules weigh.
    static func withoutComments(_ text: String) -> String {
        var isWithin = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            let code = line.trimmed
            if isWithin || code.hasPrefix("/*") {
                let end = code.range(of: "*/")
                isWithin = end == nil
                return end.map { $0.upperBound < code.endIndex } ?? false
            }
            return !code.hasPrefix("//")
        }
        return lines.joined(separator: "\n")
    }

    private static func mentions(_ text: String, _ name: String) -> Bool { text.contains(folder + name) || text.contains("'./\(name)'") }

    private mutating func add(_ name: String, _ text: String) {
        let bytes = ByteBuffer(string: text)
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let hashed = name[..<dot] + "." + bytes.digest.prefix(6).hexadecimal + name[dot...]
        names[name] = String(hashed)
        files[String(hashed)] = File(
            mediaType: Self.mediaTypes[String(name[dot...])] ?? "application/octet-stream", plain: bytes,
            compressed: ByteBuffer(bytes: Gzip.compress(text.utf8, level: 9)))
    }

    private static let mediaTypes = [
        ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
    ]
}

/// Hands out the assets.
struct AssetRoutes {
    func add(to table: inout RouteTable) {
        table.raw("/assets/{name}", "A style sheet, module or picture of the pages", tag: "Pages", needs: .nobody, mediaType: "*/*", isPage: true) {
            call in
            guard let file = try call.environment.pages.files().assets[hashed: call.parameter("name")] else { throw ITSMError.notFound("file") }
            var headers: HTTPFields = [
                .contentType: file.mediaType, .cacheControl: "public, max-age=31536000, immutable", .vary: "Accept-Encoding",
            ]
            // Only pictures can be opened as pages; a style sheet or module is text, and a first visit brings twenty of them.
            if file.mediaType == "image/svg+xml" {
                headers[.contentSecurityPolicy] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
            }
            let isCompressed = call.request.acceptsGzip
            if isCompressed { headers[.contentEncoding] = "gzip" }
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: isCompressed ? file.compressed : file.plain))
        }
    }
}

extension Request {
    /// Whether `Accept-Encoding` names gzip without forbidding it.
    var acceptsGzip: Bool {
        headers[.acceptEncoding]?.split(separator: ",").contains {
            let parts = $0.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
            return parts.first == "gzip" && !parts.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
        } ?? false
    }
}
