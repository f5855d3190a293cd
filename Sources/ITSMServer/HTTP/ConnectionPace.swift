import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// How slow a client may be.
struct ConnectionPace: Sendable, Hashable {
    /// From the connection, TLS included, to the end of the first request's headers.
    var headers: Duration = .seconds(15)
    /// A request's body must bring `minimumRate` in each such time, and an answer be taken to a part of 64 KB at least.
    var stall: Duration = .seconds(30)
    /// Between requests.
    var idle: Duration = .seconds(75)

    /// Bytes a second of a body that is being sent to us, as long as we read it.
    static let minimumRate = 250
}

/// Why a connection was ended.
enum SlowClient: String, CaseIterable, Sendable { case headers, body, reading }

/// Ends connections that take too long to send a request.
///
/// Stands behind the HTTP decoder. Time in which we do not read, because the request's handler has not asked for more, is not the client's.
final class RequestPace: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let pace: ConnectionPace
    private let figures: Figures
    private let logger: Logger
    private var timer: Scheduled<Void>?
    private var isInBody = false
    /// Of the present window.
    private var bytes = 0
    private var windowBegan = NIODeadline.uptimeNanoseconds(0)
    private var paused = TimeAmount.zero
    private var pausedSince: NIODeadline?

    init(_ pace: ConnectionPace, _ figures: Figures, _ logger: Logger) {
        self.pace = pace
        self.figures = figures
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(TimeAmount(pace.headers), context) { $0.end(.headers, $1) } }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            stop()
            // Without a body the end is here already.
            guard head.headerFields[.transferEncoding] != nil || head.headerFields[.contentLength].map({ $0 != "0" }) == true else { break }
            isInBody = true
            pausedSince = nil
            beginWindow(context)
        case .body(let buffer): bytes += buffer.readableBytes
        case .end: stop()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isInBody, pausedSince == nil { pausedSince = .now() }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if let since = pausedSince {
            paused = paused + (NIODeadline.now() - since)
            pausedSince = nil
        }
        context.read()
    }

    private func beginWindow(_ context: ChannelHandlerContext) {
        bytes = 0
        paused = .zero
        windowBegan = .now()
        if pausedSince != nil { pausedSince = windowBegan }
        schedule(TimeAmount(pace.stall), context) { $0.endWindow($1) }
    }

    private func endWindow(_ context: ChannelHandlerContext) {
        guard isInBody else { return }
        let now = NIODeadline.now()
        let unread = paused + (pausedSince.map { now - $0 } ?? .zero)
        let read = (now - windowBegan) - unread
        let expected = Double(ConnectionPace.minimumRate) * Double(read.nanoseconds) / 1e9
        // Of a window that we read in for less than half of its time nothing can be said.
        if read > unread, Double(bytes) < expected { end(.body, context) } else { beginWindow(context) }
    }

    private func schedule(_ time: TimeAmount, _ context: ChannelHandlerContext, _ then: @escaping (RequestPace, ChannelHandlerContext) -> Void) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in then(self, context) }
    }

    private func stop() {
        timer?.cancel()
        timer = nil
        isInBody = false
    }

    private func end(_ reason: SlowClient, _ context: ChannelHandlerContext) {
        stop()
        figures.connectionEnded(reason)
        logger.debug("connection ended", metadata: ["slow": "\(reason)", "address": "\(context.remoteAddress?.ipAddress ?? "")"])
        context.close(promise: nil)
    }
}

/// Ends connections whose client takes nothing of what we send.
///
/// Stands before the HTTP encoder, and cuts what is sent into parts of 64 KB: that one of them reached the system's own buffer is progress.
final class WritePace: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private static let part = 64 * 1024

    private let stall: TimeAmount
    private let figures: Figures
    private let logger: Logger
    private var waiting = 0
    private var progress = NIODeadline.uptimeNanoseconds(0)
    private var timer: Scheduled<Void>?

    init(_ pace: ConnectionPace, _ figures: Figures, _ logger: Logger) {
        stall = TimeAmount(pace.stall)
        self.figures = figures
        self.logger = logger
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var buffer) = unwrapOutboundIn(data) else { return context.write(data, promise: track(promise, context)) }
        while buffer.readableBytes > Self.part, let part = buffer.readSlice(length: Self.part) {
            context.write(wrapOutboundOut(.byteBuffer(part)), promise: track(nil, context))
        }
        context.write(wrapOutboundOut(.byteBuffer(buffer)), promise: track(promise, context))
    }

    private func track(_ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let promise = promise ?? context.eventLoop.makePromise()
        if waiting == 0 { progress = .now() }
        waiting += 1
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            waiting -= 1
            progress = .now()
        }
        // It is not stopped when all was taken: a busy connection has one timer in all, not one for each answer.
        if timer == nil { schedule(stall, context) }
        return promise
    }

    private func schedule(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { [self] in look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        timer = nil
        guard waiting > 0, context.channel.isActive else { return }
        let since = NIODeadline.now() - progress
        guard since >= stall else { return schedule(stall - since, context) }
        figures.connectionEnded(.reading)
        logger.debug("connection ended", metadata: ["slow": "\(SlowClient.reading)", "address": "\(context.remoteAddress?.ipAddress ?? "")"])
        // Half of what is on its way can be neither finished nor taken back.
        context.close(promise: nil)
    }
}
