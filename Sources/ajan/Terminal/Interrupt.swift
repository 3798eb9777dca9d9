import AjanCompute
import Dispatch
import Foundation

/// Ctrl-C and SIGTERM as a question that long work asks between its steps. A second signal ends the
/// process at once.
final class Interrupt {
    private let flag = AtomicFlag()
    private let sources: [any DispatchSourceSignal]

    init() {
        let flag = flag
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if flag.set() { _exit(130) }
            }
            source.resume()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }

    var isRequested: Bool { flag.isSet }
}
