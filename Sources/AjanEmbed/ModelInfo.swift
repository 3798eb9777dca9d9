import AjanEncoder
import AjanSafetensors
public import Foundation

/// What a model folder is, for people and for programs.
public struct ModelInfo: Sendable, Codable, Equatable {
    /// Folder of the model.
    public let folder: String
    /// `xlm-roberta` or `bert`.
    public let architecture: String
    /// Numbers in the weight files.
    public let parameters: Int
    /// How the weights are stored, e.g. `F32`; several types are joined by `+`.
    public let storedAs: String
    /// Transformer layers.
    public let layers: Int
    /// Width of a token's state.
    public let hiddenSize: Int
    /// Attention heads per layer.
    public let attentionHeads: Int
    /// Width of the feed-forward block.
    public let intermediateSize: Int
    /// Rows of the embedding table.
    public let vocabularySize: Int
    /// Most tokens of one window.
    public let maxTokens: Int
    /// Length of a sentence vector.
    public let dimensions: Int
    /// The modules that make a sentence vector out of token states, in order.
    public let head: [String]
    /// Prompt in front of queries; empty when there is none.
    public let queryPrompt: String
    /// Prompt in front of passages; empty when there is none.
    public let passagePrompt: String
    /// `license` of the model card, if it states one.
    public let licence: String?
    /// SHA-256 over weights, tokenizer and configuration.
    public let fingerprint: String
    /// What had to be assumed because the folder does not say it.
    public let assumptions: [String]

    /// Reads the folder at `url` without loading the model.
    ///
    /// - Throws: as `SentenceEncoder.init`, for the small files and the headers of the weight
    ///   files.
    public init(_ url: URL) throws {
        do {
            self = try ModelInfo(reading: url)
        } catch {
            throw ModelError(error)
        }
    }

    private init(reading url: URL) throws {
        let model = try ModelFolder(url)
        let checkpoint = try Checkpoint(folder: model.transformer)
        var checkpoints = [checkpoint]
        checkpoints += try model.dense.map { try Checkpoint(folder: $0.url) }
        let tensors = try checkpoints.flatMap { checkpoint in
            try checkpoint.names.filter { !$0.hasSuffix(WeightLoader.scaleSuffix) }
                .map { try checkpoint.tensor($0).info }
        }
        folder = url.path
        architecture = model.configuration.modelType.rawValue
        parameters = checkpoints.reduce(0) { $0 + $1.parameterCount }
        storedAs = Set(tensors.map(\.type.rawValue)).sorted().joined(separator: "+")
        layers = model.configuration.numHiddenLayers
        hiddenSize = model.configuration.hiddenSize
        attentionHeads = model.configuration.numAttentionHeads
        intermediateSize = model.configuration.intermediateSize
        vocabularySize = model.configuration.vocabularySize
        maxTokens = model.maxTokens
        dimensions = model.dimensions
        head = Self.describeHead(of: model)
        queryPrompt = model.prompts.query
        passagePrompt = model.prompts.passage
        licence = try Self.licence(in: url)
        fingerprint = try Fingerprint.of(folder: model, weights: checkpoint.fileURLs)
        assumptions = model.assumptions
    }

    /// How the model in the folder at `url` makes one vector of many, such as `mean` or `cls`.
    package static func pooling(of url: URL) throws -> String {
        pooling(of: try ModelFolder(url))
    }

    private static func pooling(of model: ModelFolder) -> String {
        model.pooling.modes.map(\.rawValue).joined(separator: "+")
    }

    private static func describeHead(of model: ModelFolder) -> [String] {
        var head = ["pooling \(pooling(of: model))"]
        head += model.dense.map { "dense \($0.inputSize) → \($0.outputSize) (\($0.activation))" }
        if model.normalizes { head.append("normalize") }
        return head
    }

    /// The `license:` line in the YAML header of the model card.
    private static func licence(in url: URL) throws -> String? {
        let card = url.appendingPathComponent("README.md")
        guard let data = try ConfigurationFile.bytes(at: card) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard lines.first == "---" else { return nil }
        let header = lines.dropFirst().prefix { $0 != "---" }
        return header.first { $0.hasPrefix("license:") }
            .map { $0.dropFirst("license:".count).trimmingCharacters(in: .whitespaces) }
    }
}
