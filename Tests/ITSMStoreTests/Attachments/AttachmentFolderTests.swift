import CShims
import Foundation
import ITSMCore
import ITSMTestSupport
import Testing

@testable import ITSMStore

@Suite struct AttachmentFolderTests {
    @Test(arguments: [1, 2, 3, 7])
    func bytesLieUnderTheirDigest(pieces: Int) async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("abc", pieces: pieces)
        #expect(blob.size == 3)
        // FIPS 180-4's own example.
        #expect(blob.digest.description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(try String(contentsOfFile: desk.location(blob), encoding: .utf8) == "abc")
        #expect(try await desk.text(blob) == "abc")
        #expect(desk.unfinished.isEmpty)
    }

    @Test func anEmptyFileIsAFile() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("")
        #expect(blob.size == 0)
        #expect(try await desk.text(blob) == "")
    }

    @Test func theSameBytesAreKeptOnceAndNotWrittenAgain() async throws {
        let desk = try await FileDesk.make()
        let first = try await desk.store("once")
        let inode = try FileManager.default.attributesOfItem(atPath: desk.location(first))[.systemFileNumber] as? Int
        #expect(try await desk.store("once", pieces: 2) == first)
        #expect(try FileManager.default.attributesOfItem(atPath: desk.location(first))[.systemFileNumber] as? Int == inode)
        #expect(desk.named.count == 1)
    }

    @Test func aTruncatedFileIsReplaced() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("whole")
        #expect(truncate(desk.location(blob), 2) == 0)
        _ = try await desk.store("whole")
        #expect(try await desk.text(blob) == "whole")
    }

    @Test(arguments: [(9, nil), (10, nil), (11, ErrorCode.tooLarge)] as [(Int, ErrorCode?)])
    func theLimitIsTheLastByteAllowed(size: Int, expected: ErrorCode?) async throws {
        let desk = try await FileDesk.make()
        #expect(await code { try await desk.store(String(repeating: "x", count: size), pieces: 3, limit: 10) } == expected)
        #expect(desk.unfinished.isEmpty)
        #expect(desk.named.count == (expected == nil ? 1 : 0))
    }

    @Test func beyondTheLimitNothingMoreIsRead() async throws {
        let desk = try await FileDesk.make()
        var pieces = 0
        _ = await code {
            try await desk.files.store(upTo: 10) {
                pieces += 1
                return [UInt8](repeating: 0, count: 4)
            }
        }
        #expect(pieces == 3)
    }

    @Test func anUploadThatBreaksOffLeavesNothing() async throws {
        struct Broken: Error {}
        let desk = try await FileDesk.make()
        var isFirst = true
        await #expect(throws: Broken.self) {
            try await desk.files.store(upTo: 100) {
                defer { isFirst = false }
                if isFirst { return [1, 2, 3] }
                throw Broken()
            }
        }
        #expect(desk.unfinished.isEmpty)
        #expect(desk.named.isEmpty)
    }

    @Test func manyAddTheSameAtOnce() async throws {
        let desk = try await FileDesk.make()
        let other = try await FileDesk.open(desk.path, of: desk.desk.database)
        let text = String(repeating: "the same ", count: 20_000)
        let blobs = try await withThrowingTaskGroup(of: Blob.self) { group in
            for index in 0..<16 {
                let files = index % 2 == 0 ? desk.files : other
                group.addTask {
                    var rest = Array(text.utf8)[...]
                    return try await files.store(upTo: 1_000_000) {
                        if rest.isEmpty { return nil }
                        defer { rest = rest.dropFirst(9_000 + index) }
                        return Array(rest.prefix(9_000 + index))
                    }
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(blobs.count == 1)
        #expect(try await desk.text(blobs.first!) == text)
        #expect(desk.unfinished.isEmpty)
    }

    @Test func piecesCanBeReadAnywhere() async throws {
        let desk = try await FileDesk.make()
        let file = try await desk.files.file(try await desk.store("0123456789"))
        func read(_ offset: Int64, _ count: Int) async throws -> String {
            String(decoding: try await file.read(from: offset, atMost: count), as: UTF8.self)
        }
        #expect(try await read(0, 4) == "0123")
        #expect(try await read(8, 4) == "89")
        #expect(try await read(10, 4) == "")
    }

    // MARK: After a crash

    @Test func leftoversAreSweptButNotWhatAnotherServerWrites() async throws {
        let desk = try await FileDesk.make()
        let leftover = desk.path + "/incoming/dead", alive = desk.path + "/incoming/alive"
        for path in [leftover, alive] { #expect(FileManager.default.createFile(atPath: path, contents: Data([1]))) }
        let writer = try OpenFile(alive, O_WRONLY)
        #expect(itsm_lock(writer.descriptor) == 0)
        _ = try await FileDesk.open(desk.path, of: desk.desk.database)
        #expect(desk.unfinished == ["alive"])
        #expect(try writer.status.st_nlink == 1)
    }

    @Test func bytesThatWereNamedBeforeACrashAreKnownAndGoInTime() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("nobody attached me")
        #expect(try await desk.row(of: blob)?.isUsed == false)
        #expect(try await desk.files.collectGarbage() == 0)
        try await desk.age(blob, days: 31)
        #expect(try await desk.files.collectGarbage() == 1)
        #expect(desk.named.isEmpty)
    }

    @Test func bytesThatWereAnnouncedBeforeACrashAreWrittenByTheNext() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("announced")
        #expect(unlink(desk.location(blob)) == 0)
        #expect(try await desk.store("announced") == blob)
        #expect(try await desk.text(blob) == "announced")
    }

    // MARK: Whose folder it is

    @Test func theFolderIsMarkedAndKnownAgain() async throws {
        let desk = try await FileDesk.make()
        #expect(await desk.files.isReady)
        let other = try await FileDesk.open(desk.path, of: desk.desk.database)
        #expect(await other.isReady)
    }

    @Test func anotherDesksFolderIsRefused() async throws {
        let desk = try await FileDesk.make(), stranger = try await FileDesk.make()
        let error = await #expect(throws: SetupError.self) { try await FileDesk.open(desk.path, of: stranger.desk.database) }
        #expect(error?.description.contains("another desk") == true)
    }

    @Test func aFolderThatIsAwayIsNotWrittenInto() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("kept")
        #expect(rename(desk.path, desk.path + ".away") == 0)
        #expect(mkdir(desk.path, 0o700) == 0)
        #expect(await !desk.files.isReady)
        #expect(await code { try await desk.store("lost") } == .unavailable)
        #expect(await code { try await desk.files.file(blob) } == .unavailable)
        #expect(await code { try await desk.files.collectGarbage() } == .unavailable)
        // A server that starts now does not take the empty folder for a new one.
        let started = try await FileDesk.open(desk.path, of: desk.desk.database)
        #expect(await !started.isReady)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.path) == ["incoming"])
    }
}
