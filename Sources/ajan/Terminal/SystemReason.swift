import Foundation

/// Why the system refused something.
enum SystemReason {
    /// The error number in an error of Foundation.
    static func code(of error: any Error) -> Int32? {
        let outer = error as NSError
        let inner = outer.userInfo[NSUnderlyingErrorKey] as? NSError
        let found = [outer, inner].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }
        return (found?.code).map(Int32.init)
    }

    static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
