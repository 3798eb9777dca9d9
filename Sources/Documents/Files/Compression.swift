import AjanCZlib
import AjanCZstd

/// Forms of compressed files, and how bytes get into them. The same bytes in give the same bytes
/// out with the same version of zlib or zstd, on any machine.
package enum Compression: String, Codable, CaseIterable, Sendable {
    case zstd
    case gzip

    /// Ending of such files, dot included.
    package var fileEnding: String { self == .zstd ? ".zst" : ".gz" }

    /// `bytes` as one complete stream. Streams of one kind may follow each other in a file.
    ///
    /// - Parameter level: zstd 1 to 19, gzip 1 to 9.
    /// - Throws: `DataFileError.notCompressed`.
    package func compress(_ bytes: [UInt8], level: Int32) throws(DataFileError) -> [UInt8] {
        guard
            let compressed = self == .zstd
                ? Self.zstd(bytes, level: level) : Self.gzip(bytes, level: level)
        else { throw .notCompressed(byteCount: bytes.count) }
        return compressed
    }

    /// A zstd frame with a checksum of its content.
    private static func zstd(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        let context = unsafe ZSTD_createCCtx()
        defer { unsafe ZSTD_freeCCtx(context) }
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        var status = 0
        let compressed = unsafe [UInt8](
            unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)
        ) { target, count in
            status = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compress2(
                    context, target.baseAddress, target.count, source.baseAddress, source.count)
            }
            count = ZSTD_isError(status) == 0 ? status : 0
        }
        return ZSTD_isError(status) == 0 ? compressed : nil
    }

    /// A gzip member without name and time, so that it depends on nothing but `bytes`.
    private static func gzip(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        var stream = unsafe z_stream()
        let windowBits: Int32 = 15 + 16
        guard
            unsafe deflateInit2_(
                &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var status = Z_OK
        var input = bytes
        let bound = unsafe Int(deflateBound(&stream, UInt(bytes.count)))
        let compressed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            unsafe input.withUnsafeMutableBufferPointer { source in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                status = unsafe deflate(&stream, Z_FINISH)
            }
            unsafe count = Int(stream.total_out)
        }
        return status == Z_STREAM_END ? compressed : nil
    }
}
