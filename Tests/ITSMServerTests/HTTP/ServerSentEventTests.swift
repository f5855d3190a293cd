import Testing
@testable import ITSMServer

@Suite struct ServerSentEventTests {
    @Test(arguments: [
        (ServerSentEvent(data: "{}"), "data: {}\n\n"),
        (.init(id: "1", event: "ticket.created", data: "a"), "id: 1\nevent: ticket.created\ndata: a\n\n"),
        (.init(data: "a\nb\r\nc\rd"), "data: a\ndata: b\ndata: c\ndata: d\n\n"), (.init(data: ""), "data: \n\n"),
        (.init(data: "a\u{2028}b\u{85}c"), "data: a\u{2028}b\u{85}c\n\n"),
    ])
    func onTheWire(event: ServerSentEvent, text: String) { #expect(String(buffer: event.buffer) == text) }
}
