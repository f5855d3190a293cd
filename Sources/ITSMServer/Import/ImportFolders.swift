import HTTPTypes
import Hummingbird
import ITSMCore
import ITSMStore
import NIOCore

/// The files of imports as the server handles them: taken in from a request, handed out in an answer.
struct ImportFolders: Sendable {
    let root: ImportFolderRoot
    let work: BlockingWork
    let clock: any WallClock
    let ids: any IDSource

    subscript(id: ID<Job>) -> DiskImportFolder { root[id] }

    /// Writes a file that comes in pieces to a folder of its own.
    func store(_ next: () async throws -> [UInt8]?) async throws -> ID<Job> {
        let id = ID<Job>(uuid: ids.next(at: clock.now()))
        let file = try await work.run { try root.create(id) }
        do {
            while let piece = try await next() { try await work.run { try file.write(piece) } }
            try await work.run { try file.finish() }
        } catch {
            try? await work.run { root.remove(id) }
            throw error
        }
        return id
    }

    /// Removes the file that is no longer needed, and what is left of imports of long ago.
    func cleanUp(_ id: ID<Job>) async {
        try? await work.run {
            root.removeFile(of: id)
            root.removeOld(at: clock.now())
        }
    }

    /// A file as a download; nothing where there is none.
    func response(_ path: String, name: String, mediaType: String) -> Response {
        let headers: HTTPFields = [
            .contentType: mediaType, .contentDisposition: "attachment; filename=\"\(name)\"", .xContentTypeOptions: "nosniff",
        ]
        let work = work
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                if let next = try await work.run({ try DiskImportFolder.reader(of: path) }) {
                    while let piece = try await work.run(next) { try await writer.write(ByteBuffer(bytes: piece)) }
                }
                try await writer.finish(nil)
            })
    }
}
