import AjanCompute
import AjanEmbed
import AjanEncoder
import AjanSafetensors
package import AjanTokenization
import AjanTurkishText
package import Foundation

/// Cuts a student out of a model: fewer layers, another vocabulary. The result is a
/// sentence-transformers folder.
package struct StudentSurgery {
    /// What becomes of the vocabulary.
    package enum VocabularyChange: Sendable {
        case unchanged
        /// Only the pieces that these texts use, and what is needed to spell any other Latin text.
        case trimmed(to: [String])
        /// Another vocabulary; each new piece begins as the mean of the old pieces that spell it,
        /// in the ways in which the texts write it when there are any.
        case replaced(by: UnigramVocabulary, texts: [String] = [])
    }

    /// What was done, for people and for the model card.
    package struct Report: Sendable, Codable, Equatable {
        package let layers: [Int]
        package let vocabularyBefore: Int
        package let vocabularyAfter: Int
        /// New pieces that are one old piece, and those that are the mean of several.
        package let copied: Int
        package let averaged: Int
        package let parametersBefore: Int
        package let parametersAfter: Int
    }

    let source: ModelFolder
    /// Layers that are kept, ascending; nil keeps all.
    let layers: [Int]?
    let vocabulary: VocabularyChange
    /// Seen by the texts that a vocabulary is trimmed to; nil keeps the source's.
    package var textContract: String?
    /// Nil keeps the source's.
    package var queryPrompt: String?
    package var passagePrompt: String?
    package var maxTokens: Int?

    package init(
        source: URL, layers: [Int]? = nil, vocabulary: VocabularyChange = .unchanged
    ) throws {
        self.source = try ModelFolder(source)
        self.layers = layers
        self.vocabulary = vocabulary
    }

    private var prompts: Prompts {
        Prompts(
            query: queryPrompt ?? source.prompts.query,
            passage: passagePrompt ?? source.prompts.passage)
    }

    /// Writes the student to `folder`.
    ///
    /// - Throws: `DistillationError.surgery` when a layer is not there or twice, or the vocabulary
    ///   is of a kind that cannot be changed; errors of the source's files.
    @discardableResult
    package func write(to folder: URL) throws -> Report {
        let count = source.configuration.numHiddenLayers
        let kept = layers ?? Array(0..<count)
        try Self.check(layers: kept, of: count)
        let checkpoint = try Checkpoint(folder: source.transformer)
        let change = try vocabularyTable()
        let prefix = try checkpoint.prefix(of: TensorNames.words)
        let tensors = try tensors(of: checkpoint, prefix: prefix, layers: kept, table: change)
        var writer = ModelFolderWriter(source: source, tensors: tensors)
        writer.dense = try source.dense.map { try Self.dense($0) }
        writer.textContract = textContract ?? source.textContract?.version
        writer.prompts = (prompts.query, prompts.passage)
        writer.maxTokens = maxTokens ?? source.maxTokens
        writer.changes["num_hidden_layers"] = kept.count
        let isUncased = writer.textContract == TextContract.uncased.version
        if isUncased, change == nil {
            writer.vocabulary = try UnigramVocabulary(contentsOf: source.transformer).uncased
        }
        if let change {
            writer.vocabulary = isUncased ? change.vocabulary.uncased : change.vocabulary
            writer.changes["vocab_size"] = change.vocabulary.count
            let ids = [
                ("pad_token_id", "<pad>"), ("bos_token_id", "<s>"), ("eos_token_id", "</s>"),
            ]
            for (field, token) in ids where source.configuration.modelType == .xlmRoberta {
                if let id = change.vocabulary.addedTokens[Array(token.utf8)] {
                    writer.changes[field] = Int(id)
                }
            }
        }
        try writer.write(to: folder)
        return report(checkpoint, tensors: tensors, layers: kept, change: change)
    }

    /// - Throws: `DistillationError.surgery` unless `layers` are rising numbers below `count`.
    package static func check(layers: [Int], of count: Int) throws {
        guard !layers.isEmpty, zip(layers, layers.dropFirst()).allSatisfy({ $0 < $1 }),
            layers.allSatisfy({ (0..<count).contains($0) })
        else {
            throw DistillationError.surgery(
                "layers \(layers) cannot be kept: give rising numbers from 0 to \(count - 1)")
        }
    }

    // MARK: Vocabulary

    private func vocabularyTable() throws -> VocabularyTable? {
        switch vocabulary {
        case .unchanged: return nil
        case .trimmed(let texts):
            let old = try UnigramVocabulary(contentsOf: source.transformer)
            let tokenizer = try Tokenizer(folder: source.transformer)
            let used = VocabularyTrim(contract: textContract ?? source.textContract?.version)
                .ids(usedBy: texts, prompts: prompts, tokenizer: tokenizer, vocabulary: old)
            return VocabularyTable(
                vocabulary: old.keeping(used), sources: used.map { .init([$0]) })
        case .replaced(let new, let texts):
            let contract = (textContract ?? source.textContract?.version)
                .flatMap(TextContract.named)
            let surfaces =
                try texts.isEmpty ? nil : PieceSurfaces(of: new, in: texts, contract: contract)
            return try VocabularyTable(
                transferring: Tokenizer(folder: source.transformer), to: new, surfaces: surfaces)
        }
    }

    // MARK: Tensors

    private func tensors(
        of checkpoint: Checkpoint, prefix: String, layers: [Int], table: VocabularyTable?
    ) throws -> [SafetensorsWriter.Tensor] {
        try checkpoint.names.compactMap { name in
            guard name.hasPrefix(prefix) else { return nil }
            let plain = String(name.dropFirst(prefix.count))
            guard plain.hasPrefix("embeddings.") || plain.hasPrefix("encoder.layer."),
                plain != "embeddings.position_ids"
            else { return nil }
            guard let target = TensorNames.renumbered(plain, layers: layers) else { return nil }
            let tensor = try checkpoint.tensor(name)
            guard tensor.info.type.isFloatingPoint else {
                throw DistillationError.surgery(
                    "\(source.url.path) holds int8 weights; cut the folder that it was made from")
            }
            if plain == TensorNames.words, let table {
                return SafetensorsWriter.Tensor(target, table.rows(of: try tensor.embeddingTable()))
            }
            return SafetensorsWriter.Tensor(
                target, try tensor.floats(), shape: tensor.info.shape)
        }
    }

    private static func dense(_ layer: ModelFolder.Dense) throws -> ModelFolderWriter.Dense {
        let checkpoint = try Checkpoint(folder: layer.url)
        let names = layer.hasBias ? ["linear.weight", "linear.bias"] : ["linear.weight"]
        return ModelFolderWriter.Dense(
            inputSize: layer.inputSize, outputSize: layer.outputSize, hasBias: layer.hasBias,
            activation: try layer.knownActivation,
            tensors: try names.map { name in
                let tensor = try checkpoint.tensor(name)
                return SafetensorsWriter.Tensor(
                    name, try tensor.floats(), shape: tensor.info.shape)
            })
    }

    private func report(
        _ checkpoint: Checkpoint, tensors: [SafetensorsWriter.Tensor], layers: [Int],
        change: VocabularyTable?
    ) -> Report {
        let before = checkpoint.names.compactMap { try? checkpoint.tensor($0).info.elementCount }
        let size = source.configuration.vocabularySize
        let single = change?.sources.count { $0.ids.count == 1 } ?? size
        return Report(
            layers: layers, vocabularyBefore: size,
            vocabularyAfter: change?.vocabulary.count ?? size, copied: single,
            averaged: (change?.sources.count ?? size) - single,
            parametersBefore: before.reduce(0, +),
            parametersAfter: tensors.reduce(0) { $0 + $1.info.elementCount })
    }
}
