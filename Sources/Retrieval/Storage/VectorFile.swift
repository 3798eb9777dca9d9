import AjanCHnsw
import AjanCompute
import Crypto
import Foundation

/// The vectors of one generation of an index, mapped read-only and scanned in place.
///
/// Little-endian: a header of 128 bytes, then passage ids (`Int64`, ascending), the digits
/// (`Int8`, `dimensions` per vector) and one scale (`Float`) per vector, each part 64-byte aligned.
struct VectorFile: Sendable {
    struct Layout: Equatable {
        static let headerByteCount = 128
        static let alignment = 64
        static let magic: [UInt8] = Array("AJANVEC1".utf8)

        let dimensions: Int
        let count: Int

        var ids: Int { Self.headerByteCount }
        var digits: Int { (ids + count * 8).roundedUp(to: Self.alignment) }
        var scales: Int { (digits + count * dimensions).roundedUp(to: Self.alignment) }
        var end: Int { scales + count * 4 }
    }

    let layout: Layout
    let path: String
    private let file: MappedFile
    private let digits: MemoryRegion

    /// What a scale may be: vectors of length 1 have 1/127 at most, and no product overflows.
    static let scaleRange: ClosedRange<Float> = 0...1

    /// Maps the file and checks its header and its scales; `verify` reads the rest.
    init(_ url: URL, dimensions: Int) throws {
        try IndexDirectory.requireFile(url)
        file = try MappedFile(path: url.path)
        path = url.path
        layout = try Self.header(of: file, path: url.path)
        guard layout.dimensions == dimensions else {
            throw RetrievalError.damaged(
                path: path,
                problem: "vectors of \(layout.dimensions) numbers, expected \(dimensions)")
        }
        let start = layout.digits
        digits = MemoryRegion(file: file, range: start..<start + layout.count * dimensions)
        guard (0..<count).allSatisfy({ Self.scaleRange.contains(scale(row: $0)) }) else {
            throw RetrievalError.damaged(path: path, problem: "a vector has an impossible scale")
        }
    }

    var count: Int { layout.count }

    private static func header(of file: MappedFile, path: String) throws -> Layout {
        func damaged(_ problem: String) -> RetrievalError { .damaged(path: path, problem: problem) }
        guard file.byteCount >= Layout.headerByteCount else {
            throw damaged("it has \(file.byteCount) bytes, less than a header")
        }
        return try unsafe file.withBytes { bytes in
            guard unsafe Array(bytes[0..<8]) == Layout.magic else {
                throw damaged("it does not begin as a vector file")
            }
            let dimensions = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let count = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            guard (1...65_536).contains(dimensions), count < 1 << 40 else {
                throw damaged("its header states \(count) vectors of \(dimensions) numbers")
            }
            let layout = Layout(dimensions: Int(dimensions), count: Int(count))
            guard layout.end == file.byteCount else {
                throw damaged("\(file.byteCount) bytes, its header asks for \(layout.end)")
            }
            return layout
        }
    }

    /// Whether the bytes behind the header are those that were written.
    func checksumMatches() -> Bool {
        unsafe file.withBytes { bytes in
            let stored = unsafe Array(bytes[24..<56])
            let body = unsafe UnsafeRawBufferPointer(rebasing: bytes[Layout.headerByteCount...])
            var hash = SHA256()
            unsafe hash.update(bufferPointer: body)
            return Array(hash.finalize()) == stored
        }
    }

    /// Id of the passage that vector `row` belongs to.
    func id(ofRow row: Int) -> Int64 {
        precondition(row >= 0 && row < count)
        return unsafe file.withBytes {
            unsafe $0.loadUnaligned(fromByteOffset: layout.ids + row * 8, as: Int64.self)
        }
    }

    /// The vector of passage `id`, by binary search; nil if it has none.
    func row(ofID id: Int64) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self.id(ofRow: middle) < id { low = middle + 1 } else { high = middle }
        }
        return low < count && self.id(ofRow: low) == id ? low : nil
    }

    private func scale(row: Int) -> Float {
        unsafe file.withBytes {
            unsafe $0.loadUnaligned(fromByteOffset: layout.scales + row * 4, as: Float.self)
        }
    }

    func vector(row: Int) -> QuantizedVector {
        precondition(row >= 0 && row < count)
        return unsafe file.withBytes { bytes in
            let start = layout.digits + row * layout.dimensions
            let digits = unsafe bytes[start..<start + layout.dimensions].map {
                Int8(bitPattern: $0)
            }
            return QuantizedVector(scale: scale(row: row), digits: digits)
        }
    }

    /// The cosine of `query` and each of `rows`, in order.
    func cosines(of query: QuantizedVector, rows: Range<Int>) -> [Float] {
        precondition(query.digits.count == layout.dimensions)
        precondition(rows.lowerBound >= 0 && rows.upperBound <= count)
        var sums = [Int32](repeating: 0, count: rows.count)
        QuantizedVectors.dotRows(
            query.digits, region: digits, byteOffset: rows.lowerBound * layout.dimensions,
            rowStride: layout.dimensions, count: rows.count, into: &sums)
        return unsafe file.withBytes { bytes in
            // SAFETY: the header was checked against the file's length; the part is aligned.
            let scales = unsafe UnsafeRawBufferPointer(rebasing: bytes[layout.scales..<layout.end])
                .assumingMemoryBound(to: Float.self)
            return rows.map { unsafe Float(sums[$0 - rows.lowerBound]) * scales[$0] * query.scale }
        }
    }

    /// The cosine of `query` and one row.
    func cosine(of query: QuantizedVector, row: Int) -> Float {
        cosines(of: query, rows: row..<row + 1)[0]
    }

    /// The vectors as graphs see them; valid while this value lives.
    var rows: chnsw_vectors {
        unsafe file.withBytes { bytes in
            let (digits, scales) = (layout.digits, layout.scales)
            return unsafe chnsw_vectors(
                digits: bytes.baseAddress?.advanced(by: digits).assumingMemoryBound(to: Int8.self),
                scales: bytes.baseAddress?.advanced(by: scales).assumingMemoryBound(to: Float.self),
                count: layout.count, dimensions: layout.dimensions)
        }
    }
}

extension VectorFile {
    /// Writes a vector file: `ids` ascending, `vector` gives the one for each position.
    static func write(
        to url: URL, dimensions: Int, ids: [Int64], vector: (Int) throws -> QuantizedVector
    ) throws {
        let layout = Layout(dimensions: dimensions, count: ids.count)
        try AtomicFile.write(to: url) { handle in
            var body = ChecksummedOutput(handle: handle)
            try handle.write(contentsOf: Data(count: Layout.headerByteCount))
            for id in ids { try body.append(id) }
            try body.pad(from: layout.ids + ids.count * 8, to: layout.digits)
            var scales: [Float] = []
            for index in ids.indices {
                let vector = try vector(index)
                scales.append(vector.scale)
                try body.append(bytes: vector.digits.map { UInt8(bitPattern: $0) })
            }
            try body.pad(from: layout.digits + ids.count * dimensions, to: layout.scales)
            for scale in scales { try body.append(scale) }
            let digest = try body.finish()
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: header(layout, digest: digest))
        }
    }

    private static func header(_ layout: Layout, digest: [UInt8]) -> Data {
        var header = Data(Layout.magic)
        for value in [UInt64(layout.dimensions), UInt64(layout.count)] {
            header.append(contentsOf: value.littleEndianBytes)
        }
        header.append(contentsOf: digest)
        header.append(Data(count: Layout.headerByteCount - header.count))
        return header
    }
}

/// Collects small writes into large ones and hashes them on the way.
private struct ChecksummedOutput {
    let handle: FileHandle
    private var buffer = Data()
    private var hash = SHA256()

    init(handle: FileHandle) {
        self.handle = handle
    }

    mutating func append(_ value: Int64) throws {
        try append(bytes: UInt64(bitPattern: value).littleEndianBytes)
    }

    mutating func append(_ value: Float) throws {
        try append(bytes: value.bitPattern.littleEndianBytes)
    }

    mutating func append(bytes: [UInt8]) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= 1 << 20 { try flush() }
    }

    mutating func pad(from start: Int, to end: Int) throws {
        try append(bytes: [UInt8](repeating: 0, count: end - start))
    }

    mutating func finish() throws -> [UInt8] {
        try flush()
        return Array(hash.finalize())
    }

    private mutating func flush() throws {
        hash.update(data: buffer)
        try handle.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
