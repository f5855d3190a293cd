import ITSMTransport
import Testing

@Suite struct TraceContextTests {
    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    @Test(arguments: [
        ("00-\(trace)-00f067aa0ba902b7-01", true), ("00-\(trace)-00f067aa0ba902b7-00", false), ("01-\(trace)-00f067aa0ba902b7-03", true),
        ("cc-\(trace)-00f067aa0ba902b7-01-what-comes-later", true),
    ])
    func aTraceGoesOn(header: String, isSampled: Bool) throws {
        let context = try #require(TraceContext(traceParent: header, state: "vendor=1"))
        #expect(context.traceID == Self.trace && context.isSampled == isSampled && context.state == "vendor=1")
        #expect(context.traceParent == "00-\(Self.trace)-\(context.spanID)-0\(isSampled ? 1 : 0)")
        #expect(context.spanID != "00f067aa0ba902b7" && context.spanID.count == 16)
        // What we send is itself one that others understand.
        #expect(TraceContext(traceParent: context.traceParent, state: nil)?.traceID == Self.trace)
    }

    @Test(arguments: [
        nil, "", "00", "00-zz-zz-01", "ff-\(trace)-00f067aa0ba902b7-01", "00-\(String(repeating: "0", count: 32))-00f067aa0ba902b7-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace.uppercased())-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902b7-01-more",
        "00-\(trace)-00f067aa0ba902b7-zz",
    ])
    func whatIsNoneIsLeftOut(header: String?) { #expect(TraceContext(traceParent: header, state: nil) == nil) }
}
