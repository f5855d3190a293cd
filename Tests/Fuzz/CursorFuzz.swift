// Places in lists and in the feed, as clients send them back. See scripts/fuzz.
import ITSMCore

private let signer = CursorSigner(key: Array(0..<32))

/// An input is a cursor; and the place that a cursor stands for, after which it is damaged.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCursors(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: data, count: size)
    let text = String(decoding: bytes, as: UTF8.self)
    claim((try? signer.position(in: text, for: "list")) == nil, "nobody makes up a cursor")
    if let feed = FeedCursor(text) { claim(FeedCursor(feed.description) == feed, "a place in the feed reads back the same") }
    if let decoded = Base64URL.decode(text) { claim(Base64URL.encode(decoded) == text, "one text for the same bytes") }

    // An id never holds a NUL.
    let parts = text.utf8.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { String(Substring($0)) }
    let position = PagePosition(key: parts.count == 2 ? parts[1] : nil, id: parts[0])
    let cursor = signer.sign(position, for: "list")
    guard cursor.utf8.count <= Limits.cursor else { return 0 }
    claim((try? signer.position(in: cursor, for: "list")) == position, "a cursor of ours is read")
    claim((try? signer.position(in: cursor, for: "another list")) == nil, "and belongs to one list")
    var damaged = Array(cursor.utf8)
    let place = Int(bytes.first ?? 0) % damaged.count
    damaged[place] = damaged[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    claim((try? signer.position(in: String(decoding: damaged, as: UTF8.self), for: "list")) == nil, "a damaged cursor is not read")
    return 0
}
