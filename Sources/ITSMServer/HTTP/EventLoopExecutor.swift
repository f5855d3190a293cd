import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// Runs a connection's task on the connection's own event loop, which saves up to two of four thread switches a request (throughput.md, 5.3).
///
/// The price: work of more than a millisecond must go elsewhere (`BlockingWork`), or it stalls its event loop.
struct EventLoopChannel: ServerChildChannel {
    private let inner: HTTP1Channel
    private let executors: [ObjectIdentifier: EventLoopExecutor]

    init(_ inner: HTTP1Channel, on group: any EventLoopGroup) {
        self.inner = inner
        executors = Dictionary(uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), EventLoopExecutor($0)) })
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> { inner.setup(channel: channel, logger: logger) }

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
