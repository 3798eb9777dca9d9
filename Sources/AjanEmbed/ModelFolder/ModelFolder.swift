package import AjanEncoder
package import AjanTurkishText
package import Foundation

/// A model folder as sentence-transformers writes it, or a plain Hugging Face one: what its small
/// files say, checked, before any weight is read.
package struct ModelFolder: Sendable {
    /// A Dense module: its folder, sizes and activation.
    package struct Dense: Sendable {
        package let url: URL
        package let inputSize: Int
        package let outputSize: Int
        package let hasBias: Bool
        package let activation: String
    }

    /// Root of the model.
    package let url: URL
    /// Folder with `config.json`, the weights and the tokenizer; the root unless `modules.json`
    /// says so.
    package let transformer: URL
    package let configuration: EncoderConfiguration
    package let pooling: PoolingConfiguration
    package let dense: [Dense]
    package let normalizes: Bool
    package let prompts: Prompts
    /// How texts are cleaned before the tokenizer; nil for models made elsewhere.
    package let textContract: TextContract?
    /// Most tokens of one window, special tokens included.
    package let maxTokens: Int
    /// What had to be assumed because the folder does not say it, one sentence each.
    package let assumptions: [String]

    /// Length of a sentence vector.
    package var dimensions: Int {
        dense.last?.outputSize ?? configuration.hiddenSize * pooling.modes.count
    }

    /// Reads and checks the small files of the folder at `url`.
    ///
    /// - Throws: `ModelError.invalidFile` and `.mismatch`; `EncoderError.configuration`.
    package init(_ url: URL) throws {
        self.url = url
        var assumptions: [String] = []
        let modules = try Self.modules(in: url)
        let transformer = modules.first.map { url.appendingPathComponent($0.path) } ?? url
        let configuration = try EncoderConfiguration(
            contentsOf: transformer.appendingPathComponent("config.json"))
        if modules.isEmpty {
            let assumed = Self.assumedPooling(for: url, configuration: configuration)
            pooling = assumed.pooling
            assumptions.append(assumed.sentence)
            dense = []
            normalizes = true
        } else {
            let head = try Self.head(of: modules.dropFirst(), in: url)
            pooling = head.pooling
            dense = head.dense
            normalizes = head.normalizes
        }
        let prompts = try Prompts(folder: url, originalName: configuration.originalName)
        if let assumption = prompts.assumption { assumptions.append(assumption) }
        self.prompts = prompts
        textContract = try Prompts.textContract(in: url)
        maxTokens = try Self.maxTokens(transformer, configuration: configuration)
        self.transformer = transformer
        self.configuration = configuration
        self.assumptions = assumptions
        try checkSizes()
    }

    /// Each Dense module takes what the module before it gives.
    private func checkSizes() throws {
        var size = configuration.hiddenSize * pooling.modes.count
        for layer in dense {
            guard layer.inputSize == size else {
                throw ModelError.mismatch(
                    "\(layer.url.lastPathComponent)/config.json: in_features is \(layer.inputSize), "
                        + "but the module before it gives \(size) numbers")
            }
            size = layer.outputSize
        }
    }
}

extension ModelFolder {
    /// A plain folder says nothing about pooling: bge models pool the first token, all others the
    /// mean.
    private static func assumedPooling(
        for url: URL, configuration: EncoderConfiguration
    ) -> (pooling: PoolingConfiguration, sentence: String) {
        let name = (configuration.originalName ?? "") + "/" + url.lastPathComponent
        let isCLS = name.utf8Contains("bge-")
        return (
            PoolingConfiguration(modes: [isCLS ? .cls : .mean]),
            "modules.json is missing: assumed \(isCLS ? "cls" : "mean") pooling and normalised vectors"
        )
    }

    private struct Limits: Decodable {
        let maxSequenceLength: Int?
        let lowercases: Bool?

        enum CodingKeys: String, CodingKey {
            case maxSequenceLength = "max_seq_length"
            case lowercases = "do_lower_case"
        }
    }

    private struct TokenizerLimits: Decodable {
        let modelMaxLength: Double?

        enum CodingKeys: String, CodingKey {
            case modelMaxLength = "model_max_length"
        }
    }

    /// The smallest of what sentence_bert_config.json, tokenizer_config.json and the position table
    /// allow; sentence-transformers looks at them in the same order.
    private static func maxTokens(
        _ transformer: URL, configuration: EncoderConfiguration
    ) throws -> Int {
        let limits = try ConfigurationFile.json(
            Limits.self, at: transformer.appendingPathComponent("sentence_bert_config.json"))
        if limits?.lowercases == true {
            throw ModelError.invalidFile(
                "sentence_bert_config.json: do_lower_case is true, which is not supported; "
                    + "use a model whose tokenizer does the lower-casing")
        }
        if let stated = limits?.maxSequenceLength {
            guard stated > 2 else {
                throw ModelError.invalidFile(
                    "sentence_bert_config.json: max_seq_length is \(stated)")
            }
            return min(stated, configuration.maxTokens)
        }
        let tokenizer = try ConfigurationFile.json(
            TokenizerLimits.self, at: transformer.appendingPathComponent("tokenizer_config.json"))
        if let stated = tokenizer?.modelMaxLength, stated > 2,
            stated < Double(configuration.maxTokens)
        {
            return Int(stated)
        }
        return configuration.maxTokens
    }
}
