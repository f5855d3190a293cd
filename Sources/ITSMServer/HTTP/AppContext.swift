import Hummingbird
import ITSMCore
import NIOCore

/// What travels with one request: Hummingbird's own, the connection, and where the call came from.
struct AppContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any NIOCore.Channel
    /// Set before any route sees the request.
    var origin = Principal.Origin(channel: .api)
    /// Whether the caller speaks TLS, with us or with a proxy that we trust.
    var isSecure = false
    /// What its way finds out about it.
    let notes = RequestNotes()

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}
