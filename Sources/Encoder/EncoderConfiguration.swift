import AjanCompute
package import Foundation

/// The shape of an encoder, as `config.json` of a Hugging Face model folder states it.
///
/// XLM-RoBERTa and BERT are one architecture here; they differ in where positions start.
/// Source: `transformers`, `XLMRobertaConfig` and `BertConfig`.
package struct EncoderConfiguration: Sendable, Equatable {
    /// The architectures that this encoder computes; any other `model_type` is refused by name.
    package enum ModelType: String, Sendable, CaseIterable {
        case xlmRoberta = "xlm-roberta"
        case bert
    }

    package let modelType: ModelType
    package let vocabularySize: Int
    package let hiddenSize: Int
    package let numHiddenLayers: Int
    package let numAttentionHeads: Int
    package let intermediateSize: Int
    package let maxPositionEmbeddings: Int
    package let typeVocabularySize: Int
    package let layerNormEpsilon: Float
    package let padTokenID: Int
    /// The `name_or_path` that the folder remembers, if any; used only to recognise known prompts.
    package let originalName: String?

    /// Size of one attention head.
    package var headSize: Int { hiddenSize / numAttentionHeads }

    /// Row of the position table that the first token of a text takes: XLM-RoBERTa counts from
    /// `padTokenID + 1`, BERT from 0.
    package var firstPosition: Int { modelType == .xlmRoberta ? padTokenID + 1 : 0 }

    /// Tokens, special ones included, that the position table has rows for.
    package var maxTokens: Int { maxPositionEmbeddings - firstPosition }

    /// A configuration made by hand, for tests and for students that are trained here.
    package init(
        modelType: ModelType, vocabularySize: Int, hiddenSize: Int, numHiddenLayers: Int,
        numAttentionHeads: Int, intermediateSize: Int, maxPositionEmbeddings: Int,
        typeVocabularySize: Int, layerNormEpsilon: Float, padTokenID: Int,
        originalName: String? = nil
    ) throws(EncoderError) {
        self.modelType = modelType
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.numHiddenLayers = numHiddenLayers
        self.numAttentionHeads = numAttentionHeads
        self.intermediateSize = intermediateSize
        self.maxPositionEmbeddings = maxPositionEmbeddings
        self.typeVocabularySize = typeVocabularySize
        self.layerNormEpsilon = layerNormEpsilon
        self.padTokenID = padTokenID
        self.originalName = originalName
        try checkRanges()
    }

    /// Reads `config.json`.
    ///
    /// - Throws: `EncoderError.configuration` when the file is not JSON, a field is missing or out
    ///   of range, or the model is of a kind that this encoder does not compute.
    package init(contentsOf file: URL) throws(EncoderError) {
        // The kind first: a model of another kind should be refused by name, not for lacking a
        // field.
        guard let kind = try ConfigurationFile.json(Kind.self, at: file) else {
            throw .configuration(file: file.path, problem: "the file is missing")
        }
        let modelType = try kind.supported(file: file.path)
        guard let fields = try ConfigurationFile.json(Fields.self, at: file) else {
            throw .configuration(file: file.path, problem: "the file is missing")
        }
        do {
            self = try fields.configuration(of: modelType)
        } catch {
            throw .configuration(file: file.path, problem: error.problem)
        }
    }

    /// Sizes that a real model can have; they also bound every multiplication done with them.
    private func checkRanges() throws(EncoderError) {
        let limits: [(name: String, value: Int, range: ClosedRange<Int>)] = [
            ("vocab_size", vocabularySize, 1...VocabularyLimit.countMax),
            ("hidden_size", hiddenSize, 1...16_384),
            ("num_hidden_layers", numHiddenLayers, 0...256),
            ("num_attention_heads", numAttentionHeads, 1...1_024),
            ("intermediate_size", intermediateSize, 1...65_536),
            ("max_position_embeddings", maxPositionEmbeddings, 1...1_048_576),
            ("type_vocab_size", typeVocabularySize, 1...1_024),
            ("pad_token_id", padTokenID, 0...VocabularyLimit.countMax),
        ]
        for limit in limits where !limit.range.contains(limit.value) {
            throw .configuration(
                file: "config.json",
                problem: "\(limit.name) is \(limit.value), outside \(limit.range)")
        }
        guard hiddenSize % numAttentionHeads == 0 else {
            throw .configuration(
                file: "config.json",
                problem: "hidden_size \(hiddenSize) is not a multiple of "
                    + "num_attention_heads \(numAttentionHeads)")
        }
        guard layerNormEpsilon > 0, layerNormEpsilon < 1 else {
            throw .configuration(
                file: "config.json",
                problem: "layer_norm_eps is \(layerNormEpsilon), outside 0 to 1")
        }
        guard maxTokens > 2 else {
            throw .configuration(
                file: "config.json",
                problem: "max_position_embeddings \(maxPositionEmbeddings) leaves no room for text")
        }
    }
}

extension EncoderConfiguration {
    private struct Kind: Decodable {
        let modelType: String?

        enum CodingKeys: String, CodingKey {
            case modelType = "model_type"
        }

        func supported(file: String) throws(EncoderError) -> ModelType {
            if let modelType, let type = ModelType(rawValue: modelType) { return type }
            let known = ModelType.allCases.map(\.rawValue).joined(separator: ", ")
            throw .configuration(
                file: file,
                problem: "model_type is \(quoted: modelType ?? "missing"); supported: \(known)")
        }
    }

    /// The fields of `config.json` that matter here, under their own names.
    private struct Fields: Decodable {
        let vocabularySize: Int
        let hiddenSize: Int
        let numHiddenLayers: Int
        let numAttentionHeads: Int
        let intermediateSize: Int
        let maxPositionEmbeddings: Int
        let typeVocabularySize: Int?
        let layerNormEpsilon: Float?
        let padTokenID: Int?
        let hiddenActivation: String?
        let positionEmbeddingType: String?
        let isDecoder: Bool?
        let nameOrPath: String?

        enum CodingKeys: String, CodingKey {
            case vocabularySize = "vocab_size"
            case hiddenSize = "hidden_size"
            case numHiddenLayers = "num_hidden_layers"
            case numAttentionHeads = "num_attention_heads"
            case intermediateSize = "intermediate_size"
            case maxPositionEmbeddings = "max_position_embeddings"
            case typeVocabularySize = "type_vocab_size"
            case layerNormEpsilon = "layer_norm_eps"
            case padTokenID = "pad_token_id"
            case hiddenActivation = "hidden_act"
            case positionEmbeddingType = "position_embedding_type"
            case isDecoder = "is_decoder"
            case nameOrPath = "_name_or_path"
        }

        func configuration(of type: ModelType) throws(EncoderError) -> EncoderConfiguration {
            if let hiddenActivation, hiddenActivation != "gelu" {
                throw .configuration(
                    file: "config.json",
                    problem:
                        "hidden_act is \(quoted: hiddenActivation); supported: gelu (the erf form)")
            }
            if let positionEmbeddingType, positionEmbeddingType != "absolute" {
                throw .configuration(
                    file: "config.json",
                    problem: "position_embedding_type is \(quoted: positionEmbeddingType); "
                        + "supported: absolute")
            }
            if isDecoder == true {
                throw .configuration(file: "config.json", problem: "is_decoder is true")
            }
            return try EncoderConfiguration(
                modelType: type, vocabularySize: vocabularySize, hiddenSize: hiddenSize,
                numHiddenLayers: numHiddenLayers, numAttentionHeads: numAttentionHeads,
                intermediateSize: intermediateSize, maxPositionEmbeddings: maxPositionEmbeddings,
                typeVocabularySize: typeVocabularySize ?? 2,
                layerNormEpsilon: layerNormEpsilon ?? (type == .bert ? 1e-12 : 1e-5),
                padTokenID: padTokenID ?? (type == .bert ? 0 : 1), originalName: nameOrPath)
        }
    }
}
