import ITSMCore
import NIOCore
import Testing

@testable import ITSMServer

struct LiveFeedTests {
    static func place(_ number: Int) -> FeedCursor { FeedCursor(epoch: 1, transaction: UInt64(number), id: Int64(number)) }

    /// One activity of a kind that everybody with `events:read` sees.
    static func batch(_ number: Int) -> FeedBatch {
        let entry = ActivityEntry(
            id: place(number), kind: .settingsUpdated, record: .init(.settings, DeskSettings.recordID), ticket: nil, restricted: false,
            occurredAt: Instant(seconds: 0), recordedAt: Instant(seconds: 0), principal: Ref(id: User.automationID, name: "A"), onBehalfOf: nil,
            channel: .api, changes: nil, redacted: false, cause: nil, depth: 0, requestId: nil, address: nil)
        return FeedBatch(events: [FeedEvent(entry, audience: nil)], next: place(number), isCaughtUp: true)
    }

    @Test func everyStreamHearsWhatIsPublishedAfterItOpened() async {
        let live = LiveFeed(at: Self.place(1))
        let early = live.open()
        live.publish(Self.batch(2))
        let late = live.open()
        live.publish(Self.batch(3))
        live.end()
        var heard: [FeedCursor] = []
        for await batch in early.batches { heard.append(batch.next) }
        #expect(early.after == Self.place(1) && heard == [Self.place(2), Self.place(3)])
        heard = []
        for await batch in late.batches { heard.append(batch.next) }
        #expect(late.after == Self.place(2) && heard == [Self.place(3)])
    }

    @Test func aStreamThatFallsBehindIsEndedAndHoldsNobodyUp() async {
        let live = LiveFeed(at: Self.place(0))
        let slow = live.open()
        let total = LiveFeed.backlog + 10
        for number in 1...total { live.publish(Self.batch(number)) }
        #expect(live.position == Self.place(total) && live.streamCount == 0)
        var heard = 0
        for await _ in slow.batches { heard += 1 }
        #expect(heard == LiveFeed.backlog)
    }

    /// A browser that turns from page to page ends a stream each time, also in the moment in which that stream is told something.
    @Test func streamsEndWhileTheyAreTold() async {
        let live = LiveFeed(at: Self.place(0))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for number in 1...4_000 {
                    live.publish(Self.batch(number))
                    if number.isMultiple(of: 4) { await Task.yield() }
                }
            }
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 {
                        let reader = Task { for await _ in live.open().batches {} }
                        await Task.yield()
                        reader.cancel()
                        await reader.value
                    }
                }
            }
        }
        #expect(live.streamCount == 0 && live.position == Self.place(4_000))
    }

    @Test func nothingIsSkippedWhileSomebodyListens() async {
        let live = LiveFeed(at: Self.place(0))
        #expect(live.skip(to: Self.place(5)) && live.position == Self.place(5))
        do {
            let stream = live.open()
            #expect(!live.skip(to: Self.place(6)) && live.position == Self.place(5))
            _ = stream.batches
        }
        // A stream that nobody holds any more is gone.
        #expect(live.skip(to: Self.place(6)))
    }

    @Test func afterTheEndStreamsEndAtOnce() async {
        let live = LiveFeed(at: Self.place(0))
        live.end()
        var heard = 0
        for await _ in live.open().batches { heard += 1 }
        #expect(heard == 0)
    }

    @Test func anEventIsMadeTextOnceForAll() throws {
        let reader = Principal(
            id: User.unknownID, username: "x", name: "X", grants: Grants([.readEvents: .all]), origin: .init(channel: .api))
        let batch = LiveBatch(Self.batch(7))
        #expect(try batch.messages(after: Self.place(6), for: reader).map(\.id) == ["1-7-7"])
        #expect(try batch.messages(after: Self.place(7), for: reader).isEmpty)
        var nobody = reader
        nobody.grants = Grants()
        #expect(try batch.messages(after: Self.place(6), for: nobody).isEmpty)
    }
}

extension LiveFeedTests {
    @Test func aPlaceAloneIsAMessageThatNobodyIsShown() {
        #expect(String(buffer: ServerSentEvent.position(Self.place(7)).buffer) == "id: 1-7-7\n\n")
    }
}

struct WakeUpTests {
    @Test func anyNumberOfSignalsIsOne() async {
        let wakeUp = WakeUp()
        for _ in 0..<100 { wakeUp.signal() }
        wakeUp.finish()
        var rounds = 0
        for await _ in wakeUp.signals { rounds += 1 }
        #expect(rounds == 1)
    }
}
