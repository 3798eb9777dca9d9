import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTokenization
public import Foundation

/// Turns a model folder into an int8 folder, which opens by mapping: nothing is quantised, packed
/// or parsed again when the program starts.
///
/// ```swift
/// let report = try ModelQuantizer.quantize(model, into: URL(fileURLWithPath: "e5-small-int8"))
/// ```
public enum ModelQuantizer {
    /// How the word embeddings are written.
    public enum Embeddings: String, Sendable, CaseIterable, Codable {
        /// Signed bytes with one scale per row: a quarter of f32, and the smallest folder.
        case int8
        /// As the source has them. The folder then gives the same vectors, bit by bit, as opening
        /// the source in int8.
        case stored
    }

    /// What came of it.
    public struct Report: Sendable, Codable, Equatable {
        /// Bytes of the weights of the transformer before.
        public let sourceByteCount: Int
        /// Bytes of the weights of the transformer now.
        public let targetByteCount: Int
        /// How the word embeddings were written.
        public let embeddings: Embeddings
        /// Whether the tokenizer is mapped too.
        public let mapsTokenizer: Bool
    }

    /// Writes the int8 form of the model folder `source` to the folder `target`.
    ///
    /// The layout of sentence-transformers is kept: modules, tokenizer, prompts and model card are
    /// copied, Dense layers stay as they are. The folder appears when it is complete.
    ///
    /// - Parameter card: takes the place of the source's model card; a section on int8 follows it.
    /// - Throws: `ModelError`: `.invalidFile` when there is something at `target`, or the system
    ///   refuses; as `SentenceEncoder.init` for the source.
    @discardableResult
    public static func quantize(
        _ source: URL, into target: URL, embeddings: Embeddings = .int8, card: String? = nil,
        threads: Int? = nil
    ) throws -> Report {
        do {
            return try write(source, to: target, embeddings, card: card, threads: threads)
        } catch {
            throw ModelError(error)
        }
    }

    private static func write(
        _ source: URL, to target: URL, _ embeddings: Embeddings, card: String?, threads: Int?
    ) throws -> Report {
        guard !FileManager.default.fileExists(atPath: target.path) else {
            throw ModelError.invalidFile(
                "\(target.path): something is there already; remove it or name another folder")
        }
        let model = try ModelFolder(source)
        let checkpoint = try Checkpoint(folder: model.transformer)
        let pool = ComputePool(threads: ThreadBudget.detect(requested: threads).threads)
        return try AtomicFolder.write(to: target) { partial in
            let copy = ModelFolderCopy(model: model, target: partial, card: card)
            try copy.write()
            try Int8Checkpoint.write(
                configuration: model.configuration, checkpoint: checkpoint,
                embeddings: embeddings == .int8 ? .int8 : .stored,
                to: copy.transformer.appendingPathComponent("model.safetensors"), pool: pool)
            let mapsTokenizer = try TokenizerCache.write(
                for: model.transformer, into: copy.transformer)
            return Report(
                sourceByteCount: byteCount(checkpoint),
                targetByteCount: byteCount(try Checkpoint(folder: copy.transformer)),
                embeddings: embeddings, mapsTokenizer: mapsTokenizer)
        }
    }

    private static func byteCount(_ checkpoint: Checkpoint) -> Int {
        checkpoint.fileURLs.reduce(0) { sum, file in
            let values = try? file.resourceValues(forKeys: [.fileSizeKey])
            return sum + (values?.fileSize ?? 0)
        }
    }
}
