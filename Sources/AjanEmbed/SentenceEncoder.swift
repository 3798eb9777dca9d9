import AjanCompute
import AjanEncoder
import AjanSafetensors
import AjanTokenization
public import Foundation
import Synchronization

/// A sentence-embedding model, opened from a folder: text in, vectors out.
///
/// ```swift
/// let model = try SentenceEncoder(modelFolder)
/// let query = try model.encode(["kargom ne zaman gelir?"], role: .query)[0]
/// ```
///
/// One encoder serves any number of threads and tasks at once. A text's vector depends on the text,
/// the role, the model, the precision and the kind of processor, and on nothing else: not on the
/// other texts of the call, not on the number of threads.
public final class SentenceEncoder: Sendable {
    /// How the numbers of the model are held while it computes.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// Weights and activations of the linear layers in 8 bits: four times smaller and the
        /// fastest. On a device: bf16.
        case int8
        /// The reference.
        case f32
    }

    /// Choices that hold for the life of an encoder.
    public struct Options: Sendable {
        /// Defaults to `.int8`, certified against `.f32` by the tests of this project.
        public var precision: Precision = .int8
        /// Threads to use at most; nil takes what affinity and cgroup quota allow.
        public var threads: Int?
        /// Whether vectors are scaled to length 1.
        public var normalizes = true
        /// What computes. A device gives vectors that are close to the processor's, not equal.
        public var device: Device = .cpu
        /// Tokens of one window at most; nil takes what the model states.
        public var maxTokens: Int?
        /// Numbers of a vector at most: its first ones, scaled to length 1 again. For models that
        /// were trained so that prefixes work on their own (Matryoshka); nil keeps all.
        public var dimensions: Int?

        /// The defaults, but for what is given.
        public init(
            precision: Precision = .int8, threads: Int? = nil, normalizes: Bool = true,
            device: Device = .cpu, maxTokens: Int? = nil, dimensions: Int? = nil
        ) {
            self.precision = precision
            self.threads = threads
            self.normalizes = normalizes
            self.device = device
            self.maxTokens = maxTokens
            self.dimensions = dimensions
        }

        /// Windows shorter than this would hold little but the prompt.
        package static let maxTokensMin = 8

        fileprivate func check() throws(ModelError) {
            if let maxTokens, maxTokens < Self.maxTokensMin {
                throw .invalidOption(
                    "maxTokens is \(maxTokens); it must be at least \(Self.maxTokensMin)")
            }
            if let threads, threads < 1 {
                throw .invalidOption("threads is \(threads); it must be at least 1")
            }
            if let dimensions, dimensions < 1 {
                throw .invalidOption("dimensions is \(dimensions); it must be at least 1")
            }
        }
    }

    let folder: ModelFolder
    let checkpoint: Checkpoint
    let tokenizer: Tokenizer
    let engine: any WindowEncoder
    let pool: ComputePool
    private let knownFingerprint = Mutex<String?>(nil)

    /// The choices that the encoder was opened with.
    public let options: Options
    /// Why the encoder uses as many threads as it does.
    public let threadExplanation: String
    /// What computes, and why that: "the processor" or the device's name.
    public let deviceExplanation: String
    /// The numbers that the encoder computes in, and where: "int8", "f32", "cuda-bf16", "cuda-f32".
    /// Vectors of different arithmetic do not belong into one index.
    public let arithmetic: String
    /// What decides the bits of a vector beside the arithmetic: the instruction set or the kind of
    /// device.
    package let kernels: String

    /// Whether a device computes.
    package var usesDevice: Bool { engine is DeviceEncoder }

    /// Opens the model folder at `url`.
    ///
    /// Reads what sentence-transformers writes and plain Hugging Face folders. Embedding tables
    /// stay in the mapped file; linear layers are packed once.
    ///
    /// - Throws: `ModelError`: `.invalidFile` for a folder that is incomplete or damaged,
    ///   `.mismatch` for one that contradicts itself, `.device` when there is no device that can
    ///   compute this model, `.invalidOption`.
    public convenience init(_ url: URL, options: Options = Options()) throws {
        try options.check()
        do {
            try self.init(url, options: options, device: DeviceChoice(options.device))
        } catch {
            throw ModelError(error)
        }
    }

    /// The same with a device that is open already; `options.device` says whether the processor may
    /// stand in for a device that cannot compute the model.
    package init(_ url: URL, options: Options, device: DeviceChoice) throws {
        let folder = try ModelFolder(url)
        let budget = ThreadBudget.detect(requested: options.threads)
        let pool = ComputePool(threads: budget.threads)
        checkpoint = try Checkpoint(folder: folder.transformer)
        tokenizer = try folder.tokenizer(
            maxTokens: min(options.maxTokens ?? folder.maxTokens, folder.maxTokens))
        let engine = try EngineChoice(
            folder, checkpoint, options, device: device, pool: pool)
        if let dimensions = options.dimensions, dimensions > engine.engine.dimensions {
            throw ModelError.invalidOption(
                "dimensions is \(dimensions); the model gives \(engine.engine.dimensions)")
        }
        self.engine = engine.engine
        deviceExplanation = engine.explanation
        arithmetic = engine.arithmetic
        kernels = engine.kernels
        self.folder = folder
        self.pool = pool
        self.options = options
        threadExplanation = budget.explanation
    }

    /// Length of a vector.
    public var dimensions: Int { options.dimensions ?? engine.dimensions }

    /// Threads that take part in the work.
    public var threads: Int { pool.threads }

    /// Most tokens of one window, prompt and special tokens included.
    public var maxTokens: Int { min(options.maxTokens ?? folder.maxTokens, folder.maxTokens) }

    /// What had to be assumed because the folder does not say it, one sentence each.
    public var assumptions: [String] { folder.assumptions }

    /// The text that the model wants in front of a text of `role`; empty when it wants none.
    public func prompt(for role: Role) -> String { folder.prompts[role] }

    /// The tokenizer of the model.
    public var textTokenizer: TextTokenizer {
        TextTokenizer(tokenizer: tokenizer, folder: folder)
    }

    /// Raised when an unchanged model comes to give other vectors (how texts become windows, what
    /// is pooled): what was cached under an older number is then computed again.
    package static let encodingVersion = 7

    /// Everything that decides a vector beside its text and role, as one line of text. Store it
    /// with vectors: where it is the same, so are the bits; where it is not, embed anew.
    ///
    /// - Throws: as `fingerprint`.
    public func vectorSpace() throws -> String {
        [
            try fingerprint(), arithmetic, kernels, "\(maxTokens) tokens",
            "\(dimensions) dimensions",
            options.normalizes ? "normalized" : "raw", "encoding \(Self.encodingVersion)",
        ].joined(separator: "/")
    }

    /// SHA-256 over the files that decide what a vector is: weights, tokenizer, configuration.
    ///
    /// Computed at the first use; reading the weights takes about a second per gigabyte.
    public func fingerprint() throws -> String {
        try knownFingerprint.withLock { known in
            if let known { return known }
            let fingerprint = try Fingerprint.of(folder: folder, weights: checkpoint.fileURLs)
            known = fingerprint
            return fingerprint
        }
    }
}
