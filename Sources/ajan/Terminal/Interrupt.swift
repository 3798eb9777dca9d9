import Dispatch
import Foundation
import Synchronization

/// Ctrl-C and SIGTERM as a question that long work asks between its steps. A second signal ends the
/// process at once.
final class Interrupt {
    private let flag = Flag()
    private let sources: [any DispatchSourceSignal]

    init() {
        let flag = flag
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if flag.value.exchange(true, ordering: .relaxed) { _exit(130) }
            }
            source.resume()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }

    var isRequested: Bool { flag.value.load(ordering: .relaxed) }

    private final class Flag: Sendable {
        let value = Atomic<Bool>(false)
    }
}
