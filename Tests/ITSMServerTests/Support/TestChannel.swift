import NIOCore
import NIOEmbedded

/// A connection for requests that come from nowhere.
enum TestChannel {
    static func make() -> any NIOCore.Channel { NIOAsyncTestingChannel() }
}
