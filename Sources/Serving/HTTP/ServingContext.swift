import AjanCompute
import Hummingbird
import NIOCore

/// What routes know of a request besides the request.
struct ServingContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Goes into the log and back to the client.
    var requestID = ""
    /// Set once the client has gone.
    var departure: AtomicFlag?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Whether nobody waits for the answer any more.
    var isAbandoned: @Sendable () -> Bool {
        { [departure] in departure?.isSet ?? false }
    }
}
