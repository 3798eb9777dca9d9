import AjanCKernels
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file mapped read-only into memory: opening costs no reading, and pages that are never touched
/// never become resident. Writers must replace such a file by rename, never truncate it in place:
/// reading a page that is gone cannot be survived. The process then says so in one line and exits
/// with status 1.
// SAFETY: the mapping is read-only and constant from init to deinit.
@safe package final class MappedFile: @unchecked Sendable {
    /// Where the file lies; used in messages.
    package let path: String
    /// Size of the file in bytes.
    package let byteCount: Int
    let base: UnsafeRawPointer

    /// Maps the file at `path`.
    /// - Throws: `MappedFileError` with the path and the system's reason.
    package init(path: String) throws(MappedFileError) {
        let (descriptor, size) = try RegularFile.opened(path)
        defer { close(descriptor) }
        self.path = path
        byteCount = size
        guard size > 0 else {
            unsafe base = UnsafeRawPointer(
                UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
            return
        }
        let address = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw MappedFileError(path: path, code: errno)
        }
        unsafe base = UnsafeRawPointer(address)
        unsafe ck_watch_mapping(base, size)
    }

    deinit {
        if byteCount > 0 {
            unsafe ck_forget_mapping(base)
            unsafe munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
        } else {
            unsafe base.deallocate()
        }
    }

    /// Calls `body` with the whole file.
    package func withBytes<R, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: byteCount))
    }
}

/// A file could not be opened.
package struct MappedFileError: Error, CustomStringConvertible, Equatable {
    /// The file that was asked for.
    package let path: String
    /// The system's error number (`errno`), or `noRegularFile`.
    package let code: Int32

    /// The code for a pipe, a socket or a device in the place of a file.
    static let noRegularFile: Int32 = 0

    /// Why not.
    package var reason: String {
        code == Self.noRegularFile
            ? "it is no regular file" : unsafe String(cString: strerror(code))
    }

    package var description: String { "cannot open \(path): \(reason)" }
}
