import Foundation
import ITSMCore
import Testing

@testable import ITSMStore

@Suite struct BlobGarbageTests {
    @Test func bytesGoThirtyDaysAfterTheirLastUse() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Two copies", as: desk.desk.anna)
        let first = try await desk.attach("shared", to: ticket, as: desk.desk.anna)
        let second = try await desk.attach("shared", to: ticket, as: desk.desk.anna)
        #expect(first.blob == second.blob)
        #expect(try await desk.row(of: first.blob)?.isUsed == true)

        try await desk.delete(first.id, on: ticket, as: desk.desk.anna)
        #expect(try await desk.row(of: first.blob)?.isUsed == true, "the other copy still uses it")
        try await desk.delete(second.id, on: ticket, as: desk.desk.anna)
        #expect(try await desk.row(of: first.blob)?.isUsed == false)

        try await desk.age(first.blob, days: 29)
        #expect(try await desk.files.collectGarbage() == 0)
        try await desk.age(first.blob, days: 2)
        #expect(try await desk.files.collectGarbage() == 1)
        #expect(try await desk.row(of: first.blob) == nil)
        #expect(desk.named.isEmpty)
        let tombstones: Int? = try await desk.desk.database.read {
            try $0.connection.first("SELECT count(*) FROM attachments WHERE deleted_at IS NOT NULL AND digest IS NULL")
        }
        #expect(tombstones == 2)
    }

    @Test func whatIsAttachedAgainStays() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Back again", as: desk.desk.anna)
        let old = try await desk.attach("again", to: ticket, as: desk.desk.anna)
        try await desk.delete(old.id, on: ticket, as: desk.desk.anna)
        try await desk.age(old.blob, days: 40)
        let new = try await desk.attach("again", to: ticket, as: desk.desk.anna)
        #expect(try await desk.files.collectGarbage() == 0)
        #expect(try await desk.text(new.blob) == "again")
    }

    @Test func aFileThatIsBeingRemovedIsNotAddedAtThatMoment() async throws {
        let desk = try await FileDesk.make()
        let blob = try await desk.store("going")
        try await desk.age(blob, days: 31)
        let removal = try await desk.desk.database.write { try $0.blobs.beginRemoval(limit: 10) }
        #expect(removal?.digests == [blob.digest])
        #expect(await code { try await desk.store("going") } == .unavailable)
        #expect(desk.unfinished.isEmpty)

        // The server that was removing it ends its work: from then on it can be added.
        #expect(unlink(desk.location(blob)) == 0)
        try await desk.desk.database.write { try $0.blobs.finish(removal!) }
        #expect(try await desk.store("going") == blob)
        #expect(try await desk.text(blob) == "going")
    }

    @Test func aRemovalWhoseServerDiedIsTakenOver() async throws {
        let desk = try await FileDesk.make()
        let abandoned = try await desk.store("abandoned"), wanted = try await desk.store("wanted")
        for blob in [abandoned, wanted] { try await desk.age(blob, days: 31) }
        let removal = try #require(try await desk.desk.database.write { try $0.blobs.beginRemoval(limit: 10) })
        #expect(Set(removal.digests) == [abandoned.digest, wanted.digest])
        #expect(try await desk.files.collectGarbage() == 0, "it is another server's")

        for blob in [abandoned, wanted] { try await desk.age(blob, days: 1) }
        #expect(try await desk.store("wanted") == wanted)
        #expect(try await desk.files.collectGarbage() == 1)
        #expect(try await desk.text(wanted) == "wanted")
        // Should the first server wake up, its end changes nothing any more.
        try await desk.desk.database.write { try $0.blobs.finish(removal) }
        #expect(try await desk.row(of: wanted) != nil)
    }

    @Test func addingAndRemovingAtOnceNeverLosesBytes() async throws {
        let desk = try await FileDesk.make()
        let ticket = try await desk.desk.raise("Busy", as: desk.desk.anna)
        for round in 0..<10 {
            let text = "round \(round)"
            let blob = try await desk.store(text)
            try await desk.age(blob, days: 31)
            async let removed = desk.files.collectGarbage()
            let added = try? await desk.attach(text, to: ticket, as: desk.desk.anna)
            _ = try await removed
            if let added { #expect(try await desk.text(added.blob) == text) }
        }
    }

    @Test func twoServersCollectTogether() async throws {
        let desk = try await FileDesk.make()
        let other = try await FileDesk.open(desk.path, of: desk.desk.database)
        for index in 0..<40 { try await desk.age(try await desk.store("garbage \(index)"), days: 31) }
        async let first = desk.files.collectGarbage(limit: 30)
        async let second = other.collectGarbage(limit: 30)
        var count = try await first + second
        count += try await desk.files.collectGarbage(limit: 30)
        #expect(count == 40)
        #expect(desk.named.isEmpty)
    }
}
