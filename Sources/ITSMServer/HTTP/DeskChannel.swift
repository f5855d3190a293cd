import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// A connection as this server takes it: only so many of them, under TLS where the server has a certificate, and none that dawdles.
///
/// Its task runs on the connection's own event loop, which saves up to two of four thread switches a request (throughput.md, 5.3). The price: work of more
/// than a millisecond must go elsewhere (`BlockingWork`), or it stalls its event loop.
struct DeskChannel: ServerChildChannel {
    private let inner: HTTP1Channel
    private let executors: [ObjectIdentifier: EventLoopExecutor]
    private let admission: Admission
    private let pace: ConnectionPace
    private let certificates: CertificateKeeper?
    private let figures: Figures

    init(
        _ responder: @escaping HTTPChannelHandler.Responder, on group: any EventLoopGroup, admission: Admission, pace: ConnectionPace,
        certificates: CertificateKeeper?, figures: Figures, logger: Logger
    ) {
        let limits = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100)
        inner = HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [RequestPace(pace, figures, logger), ConnectionManners()], idleTimeout: TimeAmount(pace.idle),
                httpDecoderConfiguration: limits))
        executors = Dictionary(uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), EventLoopExecutor($0)) })
        self.admission = admission
        self.pace = pace
        self.certificates = certificates
        self.figures = figures
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        if let refusal = admission.admit(channel) {
            figures.connectionRefused(refusal)
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        do {
            if let certificates { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificates.context)) }
            try channel.pipeline.syncOperations.addHandler(WritePace(pace, figures, logger))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return inner.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        guard let executor = executors[ObjectIdentifier(value.channel.eventLoop)] else { return await inner.handle(value: value, logger: logger) }
        await withTaskExecutorPreference(executor) { await inner.handle(value: value, logger: logger) }
    }
}

/// An event loop as the place where tasks run.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
