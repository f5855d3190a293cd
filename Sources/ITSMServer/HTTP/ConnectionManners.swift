import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What HTTP/1.1 asks of a connection beyond messages: `100 Continue` for those who wait for it, and an end after an answer that says
/// `Connection: close`, so that nobody goes on sending a body that was refused.
final class ConnectionManners: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// After our side was closed, the client has so long to read the answer and close its own: closing at once would lose it the answer.
    private static let lingering = TimeAmount.seconds(2)

    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where head.headerFields[.expect]?.lowercased() == "100-continue":
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            context.fireChannelRead(data)
        // What comes after an answer that closes the connection is of no interest to anybody.
        case .body where isClosing: break
        default: context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        if case .head(let head) = part, head.status.code >= 200 { isClosing = head.headerFields[.connection]?.lowercased() == "close" }
        guard isClosing, case .end = part else { return context.write(data, promise: promise) }
        let channel = context.channel
        context.writeAndFlush(data, promise: promise)
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
    }
}
