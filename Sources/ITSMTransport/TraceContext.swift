/// A caller's trace (W3C Trace Context, level 1), and the place of what we do within it.
public struct TraceContext: Sendable, Hashable {
    /// The trace of what is being done now, which requests to others carry on.
    @TaskLocal public static var current: TraceContext?

    /// 32 lowercase hexadecimal digits, not all 0.
    public let traceID: String
    /// Our own part of it: 16 of them.
    public let spanID: String
    /// Whether somebody records the trace.
    public let isSampled: Bool
    /// What the tracing systems on the way say of it, passed on as it came.
    public let state: String?

    /// A part of our own of the caller's trace; nil where `traceparent` is none.
    public init?(traceParent: String?, state: String?) {
        guard let text = traceParent else { return nil }
        let parts = text.split(separator: "-", maxSplits: 4, omittingEmptySubsequences: false)
        // Of a later version so much is understood as is the same.
        guard parts.count >= 4, parts[0].count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4, parts[1].count == 32,
            parts[2].count == 16,
            parts[3].count == 2, parts.prefix(4).allSatisfy({ $0.utf8.allSatisfy(Self.isHexadecimal) }), parts[1].contains(where: { $0 != "0" }),
            parts[2].contains(where: { $0 != "0" }), let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        traceID = String(parts[1])
        let number = UInt64.random(in: 1...UInt64.max)
        let digits = String(number, radix: 16)
        spanID = String(repeating: "0", count: 16 - digits.count) + digits
        isSampled = flags & 1 == 1
        self.state = state.flatMap { (1...512).contains($0.utf8.count) ? $0 : nil }
    }

    /// What a request to somebody else carries.
    public var traceParent: String { "00-\(traceID)-\(spanID)-0\(isSampled ? 1 : 0)" }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
