import Foundation

/// A thread that can be waited for.
final class OwnerThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [ended] in
            Thread.current.name = name
            body()
            ended.signal()
        }
        thread.stackSize = 4 << 20
        thread.start()
    }

    /// Waits until the body has returned; may be called more than once.
    func join() {
        ended.wait()
        ended.signal()
    }
}
