package import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Opens files of folders that may come from strangers: regular files and nothing else, so that a
/// named pipe or a device in the place of a file is an error and not a wait without end.
package enum RegularFile {
    /// An open file: its descriptor, which the caller closes, and its size in bytes.
    typealias Opened = (descriptor: Int32, byteCount: Int)

    /// The file at `url`, or the one that a link there leads to, for reading.
    package static func handle(_ url: URL) throws(MappedFileError) -> FileHandle {
        let file = try opened(url.path)
        return FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: true)
    }

    /// The file at `url` for reading and writing; a link is refused.
    package static func handleForUpdating(_ url: URL) throws(MappedFileError) -> FileHandle {
        let file = try opened(url.path, O_RDWR | O_NOFOLLOW)
        return FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: true)
    }

    /// The first `byteCountMax` bytes of the file at `url`; all of it when it has fewer.
    package static func read(
        _ url: URL, upTo byteCountMax: Int
    ) throws(MappedFileError) -> Data {
        let file = try handle(url)
        do {
            return try file.read(upToCount: byteCountMax) ?? Data()
        } catch {
            throw MappedFileError(path: url.path, code: EIO)
        }
    }

    /// Opens the file at `path`. `O_NONBLOCK` lets the opening of a pipe return at once; it changes
    /// nothing for files.
    static func opened(
        _ path: String, _ flags: Int32 = O_RDONLY
    ) throws(MappedFileError) -> Opened {
        let descriptor = unsafe open(path, flags | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw MappedFileError(path: path, code: errno) }
        var status = stat()
        let code = unsafe fstat(descriptor, &status) == 0 ? 0 : errno
        guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            if code != 0 { throw MappedFileError(path: path, code: code) }
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw MappedFileError(
                path: path, code: isFolder ? EISDIR : MappedFileError.noRegularFile)
        }
        return (descriptor, Int(status.st_size))
    }
}
