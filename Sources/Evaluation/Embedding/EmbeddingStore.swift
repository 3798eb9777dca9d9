package import AjanEmbed
package import Foundation

/// Embeddings of one model, computed once for each distinct text, role and treatment of long texts,
/// and kept on disk between runs.
package final class EmbeddingStore {
    private struct Shelf {
        var texts: [TextDigest: SentenceEmbedding]
        /// Nil when nothing is kept on disk, or another process writes there.
        let file: EmbeddingFile?
        /// Texts that `statistics` has counted.
        var counted: Set<TextDigest> = []
    }

    private let embedder: any TextEmbedder
    private let folder: URL?
    private var shelves: [String: Shelf] = [:]
    private let progress: (Progress) -> Void

    /// How far a call has come.
    package struct Progress: Sendable {
        package let done: Int
        package let total: Int
    }

    /// What was asked of the store so far.
    package private(set) var statistics = Statistics()

    /// Distinct texts by where their vectors came from, and what became of long ones.
    package struct Statistics: Hashable, Sendable, Codable {
        /// Distinct texts (of one role) that were asked for.
        package var texts = 0
        /// Those that the model had to compute; the others were on disk.
        package var computed = 0
        /// Those of which the end was cut off.
        package var truncated = 0
        /// Those that were read in several windows.
        package var windowed = 0
        /// Tokens of all of them.
        package var tokens = 0
        /// Seconds spent in the model.
        package var seconds = 0.0

        package init() {}
    }

    /// - Parameters:
    ///   - folder: where embeddings are kept between runs; nil keeps them in memory only.
    ///   - progress: called as texts are embedded, not for texts that were known.
    package init(
        _ embedder: any TextEmbedder, folder: URL?,
        progress: @escaping (Progress) -> Void = { _ in }
    ) {
        self.embedder = embedder
        self.folder = folder
        self.progress = progress
    }

    /// The embeddings of `texts`, in order.
    ///
    /// - Throws: what the embedder throws; `EvaluationError.embedder` when its rows are of the
    ///   wrong number or size or hold numbers that are not finite; `.file` when the cache cannot be
    ///   written.
    package func embeddings(
        of texts: [String], role: Role, longText: LongText
    ) throws -> [SentenceEmbedding] {
        let name = "\(role.rawValue)-\(longText.rawValue)"
        var shelf = try shelves[name] ?? openShelf(name)
        let digests = texts.map { TextDigest($0) }
        var missing: [(digest: TextDigest, text: String)] = []
        var seen: Set<TextDigest> = []
        for (digest, text) in zip(digests, texts)
        where shelf.texts[digest] == nil && seen.insert(digest).inserted {
            missing.append((digest, text))
        }
        defer { shelves[name] = shelf }
        var done = 0
        while done < missing.count {
            // After each call the results are on disk.
            let batch = missing[done..<min(done + embedder.textsPerCall, missing.count)]
            let rows = try compute(batch.map(\.text), role: role, longText: longText)
            let records = Array(zip(batch.map(\.digest), rows))
            for (digest, row) in records { shelf.texts[digest] = row }
            try shelf.file?.append(records)
            done += batch.count
            progress(Progress(done: done, total: missing.count))
        }
        count(digests, in: &shelf)
        return digests.compactMap { shelf.texts[$0] }
    }

    private func count(_ digests: [TextDigest], in shelf: inout Shelf) {
        for digest in digests where shelf.counted.insert(digest).inserted {
            guard let text = shelf.texts[digest] else { continue }
            statistics.texts += 1
            statistics.tokens += text.tokens
            if text.kept < text.tokens { statistics.truncated += 1 }
            if text.windows > 1 { statistics.windowed += 1 }
        }
    }

    private func openShelf(_ name: String) throws -> Shelf {
        guard let folder else { return Shelf(texts: [:], file: nil) }
        let model = TextDigest(try embedder.vectorFingerprint()).short
        let file = try EmbeddingFile(
            folder.appendingPathComponent("\(model)-\(name).vectors"),
            dimensions: embedder.dimensions)
        return Shelf(texts: try file?.load() ?? [:], file: file)
    }

    private func compute(
        _ texts: [String], role: Role, longText: LongText
    ) throws -> [SentenceEmbedding] {
        let start = ContinuousClock.now
        let rows = try embedder.embed(texts, role: role, longText: longText)
        statistics.seconds += (ContinuousClock.now - start) / .seconds(1)
        statistics.computed += texts.count
        guard rows.count == texts.count else {
            throw EvaluationError.embedder("\(rows.count) vectors for \(texts.count) texts")
        }
        let size = embedder.dimensions
        for (index, row) in rows.enumerated() {
            guard row.vector.count == size, size > 0 else {
                throw EvaluationError.embedder(
                    "text \(index) has \(row.vector.count) numbers, the model has \(size)")
            }
            guard row.vector.allSatisfy(\.isFinite) else {
                throw EvaluationError.embedder("the vector of text \(index) is not finite")
            }
        }
        return rows
    }
}
