import AjanCZlib
import AjanCZstd
package import Foundation

/// The bytes of a file, decompressed on the way: gzip, zstd or neither, told by how the file
/// begins.
///
/// Memory is bounded by the two buffers, however large the file is and whatever it holds.
package final class CompressedInput {
    private let path: String
    private let source: Source

    private enum Source {
        case gzip(GzipInput)
        case zstd(ZstdInput)
    }

    /// Opens a file.
    ///
    /// - Throws: `DataFileError.unreadable`.
    package init(_ file: URL) throws {
        path = file.path
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: file)
        } catch {
            throw DataFileError.unreadable(path: path)
        }
        let magic = try? handle.read(upToCount: 4)
        try? handle.seek(toOffset: 0)
        if magic == Data([0x28, 0xB5, 0x2F, 0xFD]) {
            source = .zstd(ZstdInput(handle))
        } else {
            try? handle.close()
            guard let gzip = GzipInput(path: path) else {
                throw DataFileError.unreadable(path: path)
            }
            source = .gzip(gzip)
        }
    }

    /// Appends at most `count` bytes to `buffer`; false at the end of the file.
    ///
    /// - Throws: `DataFileError.damaged` when the stream is broken or cut off.
    package func read(into buffer: inout [UInt8], upTo count: Int) throws -> Bool {
        var piece = [UInt8](repeating: 0, count: count)
        let read: Int?
        switch source {
        case .gzip(let gzip): read = gzip.read(into: &piece)
        case .zstd(let zstd): read = zstd.read(into: &piece)
        }
        guard let read else {
            throw DataFileError.damaged(
                path: path, problem: "the compressed stream is damaged or cut off")
        }
        buffer.append(contentsOf: piece[..<read])
        return read > 0
    }
}

/// zlib's reader, which passes files that are not gzip through unchanged.
// SAFETY: the handle is opened in init, closed in deinit, and never leaves the object.
@safe private final class GzipInput {
    private let file: gzFile

    init?(path: String) {
        guard let file = unsafe gzopen(path, "rb") else { return nil }
        unsafe self.file = file
        unsafe gzbuffer(file, 1 << 18)
    }

    deinit { unsafe gzclose_r(file) }

    /// Bytes read; nil when the stream is damaged.
    func read(into piece: inout [UInt8]) -> Int? {
        let count = unsafe piece.withUnsafeMutableBytes { bytes in
            unsafe gzread(file, bytes.baseAddress, UInt32(bytes.count))
        }
        var status: Int32 = 0
        _ = unsafe gzerror(file, &status)
        return count >= 0 && (status == Z_OK || status == Z_STREAM_END) ? Int(count) : nil
    }
}

/// Frames of zstd, one after another.
// SAFETY: the context is made in init, freed in deinit, and never leaves the object.
@safe private final class ZstdInput {
    private let handle: FileHandle
    private let context: OpaquePointer?
    private var input: [UInt8] = []
    private var position = 0
    /// Whether the last frame is complete, so that the file may end here.
    private var isBetweenFrames = true

    private static let chunkByteCount = 1 << 18

    init(_ handle: FileHandle) {
        self.handle = handle
        unsafe context = ZSTD_createDCtx()
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
        try? handle.close()
    }

    /// Bytes read; nil when the stream is damaged or cut off.
    func read(into piece: inout [UInt8]) -> Int? {
        while true {
            if position == input.count {
                guard let next = try? handle.read(upToCount: Self.chunkByteCount), !next.isEmpty
                else { return isBetweenFrames ? 0 : nil }
                input = Array(next)
                position = 0
            }
            guard let made = decompress(into: &piece) else { return nil }
            if made > 0 { return made }
        }
    }

    private func decompress(into piece: inout [UInt8]) -> Int? {
        unsafe input.withUnsafeBytes { source in
            unsafe piece.withUnsafeMutableBytes { target in
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: position)
                var into = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: target.count, pos: 0)
                let status = unsafe ZSTD_decompressStream(context, &into, &from)
                guard ZSTD_isError(status) == 0 else { return nil }
                unsafe position = from.pos
                isBetweenFrames = status == 0
                return unsafe into.pos
            }
        }
    }
}
