package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A named pipe, which makes whoever opens it in the plain way wait for a writer without end.
package enum NamedPipe {
    /// Puts one in the place of what is at `url`.
    package static func make(at url: URL) throws {
        try? FileManager.default.removeItem(at: url)
        guard unsafe mkfifo(url.path, 0o600) == 0 else {
            throw TestSupportError(description: "no named pipe can be made at \(url.path)")
        }
    }
}
