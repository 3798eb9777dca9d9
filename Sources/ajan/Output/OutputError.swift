import Foundation

/// Something could not be written, and why the system says so.
struct OutputError: Error, CustomStringConvertible {
    let place: String
    let code: Int32

    /// - Parameter code: an error number of the system (`errno`).
    init(_ place: String, code: Int32) {
        self.place = place
        self.code = code
    }

    /// Takes the error number out of what Foundation throws.
    init(_ place: String, _ error: any Error) {
        self.init(place, code: SystemReason.code(of: error) ?? EIO)
    }

    var description: String { "cannot write \(place): \(SystemReason.text(code))" }
}

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
