import AjanCompute
import NIOCore
import Synchronization

/// The open connections of a server, and whether their clients are still there.
final class ConnectionRegistry: Sendable {
    private let connections = Mutex<[ObjectIdentifier: AtomicFlag]>([:])

    var count: Int { connections.withLock { $0.count } }

    /// Set once the client of `channel` has gone; nil for a channel that is not a network
    /// connection.
    func departure(of channel: any Channel) -> AtomicFlag? {
        connections.withLock { $0[ObjectIdentifier(channel)] }
    }

    /// A handler that watches one connection.
    func watch() -> any RemovableChannelHandler & Sendable { ConnectionWatch(self) }

    fileprivate func add(_ channel: any Channel) -> AtomicFlag {
        let flag = AtomicFlag()
        connections.withLock { $0[ObjectIdentifier(channel)] = flag }
        return flag
    }

    fileprivate func remove(_ channel: any Channel) {
        connections.withLock { $0[ObjectIdentifier(channel)] = nil }
    }
}

/// Notes when a client closes its side. A client that closes only its sending side counts as gone,
/// as in nginx and in Go's server.
///
/// When the server goes down, a connection that looks idle gets a moment before it is closed: its
/// next request may be on the way.
// SAFETY: handlers are touched only by the event loop of their channel.
private final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler,
    @unchecked Sendable
{
    typealias InboundIn = NIOAny

    private let registry: ConnectionRegistry
    private var departure: AtomicFlag?

    private static let lastMoment = TimeAmount.milliseconds(250)

    init(_ registry: ConnectionRegistry) {
        self.registry = registry
    }

    func handlerAdded(context: ChannelHandlerContext) {
        departure = registry.add(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        departure?.set()
        registry.remove(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        departure?.set()
        registry.remove(context.channel)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { departure?.set() }
        guard event is ChannelShouldQuiesceEvent else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.lastMoment) {
            guard context.channel.isActive else { return }
            context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }
}
