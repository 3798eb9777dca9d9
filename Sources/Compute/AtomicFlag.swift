import Synchronization

/// A flag that one side sets and the other polls.
package final class AtomicFlag: Sendable {
    private let value = Atomic<Bool>(false)

    package init() {}

    package var isSet: Bool { value.load(ordering: .relaxed) }

    /// - Returns: whether it was set before.
    @discardableResult
    package func set() -> Bool { value.exchange(true, ordering: .relaxed) }
}
