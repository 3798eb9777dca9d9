import AjanCHnsw
import AjanCompute
import AjanDocuments
import Crypto
import Foundation

/// Which graph belongs to which vectors; stored in the tables.
struct GraphStamp: Codable, Equatable, Sendable {
    let generation: Int
    /// Of the whole file, in hexadecimal.
    let sha256: String
}

/// An HNSW graph over the vectors of a large index: finds nearly all of the nearest vectors by
/// looking at few of them.
///
/// The graph holds links only; the vectors stay in their mapped file. It is built on one thread, so
/// that the same vectors give the same graph.
// SAFETY: hnswlib searches from any number of threads; only `build` writes, before anybody else has
// the graph. The vectors that it points into are kept alive by `vectors`.
@safe final class VectorGraph: @unchecked Sendable {
    private let vectors: VectorFile
    private let graph: OpaquePointer

    /// Links of a vector to others, and candidates looked at while they are chosen.
    private static let links = 16
    private static let constructionBreadth = 200

    private init(_ vectors: VectorFile, _ graph: OpaquePointer) {
        self.vectors = vectors
        unsafe self.graph = graph
    }

    deinit {
        unsafe chnsw_free(graph)
    }

    /// Vectors in the graph.
    var count: Int { unsafe chnsw_count(graph) }

    /// The graph that `stamp` names, over `vectors`.
    ///
    /// The checksum tells a file that was damaged; a file of a stranger comes with its own, so the
    /// graph itself is checked too.
    convenience init(_ file: URL, stamp: GraphStamp, vectors: VectorFile) throws {
        func damaged(_ problem: String) -> RetrievalError {
            .damaged(path: file.path, problem: problem)
        }
        try IndexDirectory.requireFile(file)
        let graph: OpaquePointer? = try unsafe MappedFile(path: file.path).withBytes { bytes in
            var hash = SHA256()
            unsafe hash.update(bufferPointer: bytes)
            guard hash.finalize().hexDigits == stamp.sha256 else {
                throw damaged("the checksum does not match")
            }
            return unsafe chnsw_load(
                vectors.rows, bytes.baseAddress, bytes.count, Self.links, Self.constructionBreadth)
        }
        guard let graph = unsafe graph else { throw damaged("it is no graph over its vectors") }
        unsafe self.init(vectors, graph)
    }

    /// A graph over all of `vectors`, beginning with `start`, which covers the first of them.
    static func build(
        over vectors: VectorFile, from start: VectorGraph? = nil,
        progress: (Int) throws -> Void
    ) throws -> VectorGraph {
        let empty = {
            unsafe chnsw_create(vectors.rows, links, constructionBreadth).map {
                unsafe VectorGraph(vectors, $0)
            }
        }
        guard let graph = start ?? empty() else { throw outOfMemory(vectors) }
        for row in graph.count..<max(vectors.count, graph.count) {
            guard unsafe chnsw_add(graph.graph, row) == 0 else { throw outOfMemory(vectors) }
            if row % 1000 == 0 { try progress(row) }
        }
        return graph
    }

    private static func outOfMemory(_ vectors: VectorFile) -> RetrievalError {
        .request("a graph over \(vectors.count) vectors needs more memory than there is")
    }

    /// Writes the graph, whole or not at all.
    func write(to file: URL, draft: URL, generation: Int) throws -> GraphStamp {
        // A file of its own, whatever lies in its place: hnswlib would follow a link.
        _ = try IndexDirectory.newFile(draft)
        defer { try? FileManager.default.removeItem(at: draft) }
        guard unsafe chnsw_save(graph, draft.path) == 0 else {
            throw AtomicFileError(path: file.path, problem: "the disk refused the graph")
        }
        var hash = SHA256()
        let source = try FileHandle(forReadingFrom: draft)
        try AtomicFile.write(to: file) { handle in
            while let piece = try source.read(upToCount: 4 << 20), !piece.isEmpty {
                hash.update(data: piece)
                try handle.write(contentsOf: piece)
            }
        }
        return GraphStamp(
            generation: generation, sha256: hash.finalize().hexDigits)
    }

    /// The rows closest to `query` and their cosines, best first: `breadth` candidates are
    /// followed.
    func nearest(to query: QuantizedVector, breadth: Int) -> [(row: Int, cosine: Float)] {
        var rows = [UInt32](repeating: 0, count: breadth)
        var cosines = [Float](repeating: 0, count: breadth)
        let count = unsafe chnsw_search(
            graph, query.digits, query.scale, breadth, &rows, &cosines)
        return (0..<count).map { (Int(rows[$0]), cosines[$0]) }
    }
}
