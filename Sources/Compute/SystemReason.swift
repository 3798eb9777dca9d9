import Foundation

/// Why the system refused something, in a line for people: Foundation's own form lists what only
/// programmers want to know.
package enum SystemReason {
    /// The file and the reason of an error of Foundation or POSIX; nil for all other errors.
    package static func line(for error: any Error) -> String? {
        let system = error as NSError
        guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(system.domain) else { return nil }
        let url = system.userInfo[NSURLErrorKey] as? URL
        let path = system.userInfo[NSFilePathErrorKey] as? String ?? url?.path
        let reason = code(of: error).map(text) ?? "the system refused to read or write it"
        return (path.map { $0 + ": " } ?? "") + reason
    }

    /// The error number in an error of Foundation.
    package static func code(of error: any Error) -> Int32? {
        let outer = error as NSError
        let inner = outer.userInfo[NSUnderlyingErrorKey] as? NSError
        let found = [outer, inner].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }
        return (found?.code).map(Int32.init)
    }

    package static func text(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
