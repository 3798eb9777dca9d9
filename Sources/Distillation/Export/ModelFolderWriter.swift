package import AjanCompute
package import AjanEmbed
import AjanEncoder
package import AjanSafetensors
package import AjanTokenization
import AjanTurkishText
package import Foundation

/// Writes a model as a sentence-transformers folder: complete under its name, or not there.
package struct ModelFolderWriter {
    /// A Dense module on the pooled vector.
    package struct Dense {
        package var inputSize: Int
        package var outputSize: Int
        package var hasBias: Bool
        package var activation: Activation
        package var tensors: [SafetensorsWriter.Tensor]

        package init(
            inputSize: Int, outputSize: Int, hasBias: Bool = true,
            activation: Activation = .identity, tensors: [SafetensorsWriter.Tensor]
        ) {
            self.inputSize = inputSize
            self.outputSize = outputSize
            self.hasBias = hasBias
            self.activation = activation
            self.tensors = tensors
        }
    }

    /// The folder that gives `config.json` and, unless `vocabulary` is set, the tokenizer.
    package var source: ModelFolder
    package var tensors: [SafetensorsWriter.Tensor]
    package var dense: [Dense] = []
    /// Fields of `config.json` that are not as in the source.
    package var changes: [String: Int] = [:]
    package var vocabulary: UnigramVocabulary?
    package var normalizes = true
    package var prompts: (query: String, passage: String)
    package var textContract: String?
    package var maxTokens: Int
    /// The model card, `README.md`.
    package var card: String?

    /// A writer that changes nothing but what is set afterwards.
    package init(source: ModelFolder, tensors: [SafetensorsWriter.Tensor]) {
        self.source = source
        self.tensors = tensors
        normalizes = source.normalizes
        prompts = (source.prompts.query, source.prompts.passage)
        textContract = source.textContract?.version
        maxTokens = source.maxTokens
    }

    /// Writes beside `folder`, then takes its place; a folder that was there before goes only when
    /// the new one is whole.
    ///
    /// - Throws: `DistillationError.file`, and what the system says.
    package func write(to folder: URL) throws {
        try AtomicFolder.removeLeftovers(of: folder)
        try AtomicFolder.write(to: folder, replaces: true) { beside in
            try writeConfiguration(to: beside)
            try writeTokenizer(to: beside)
            try SafetensorsWriter.write(
                tensors, metadata: ["format": "pt"],
                to: beside.appendingPathComponent("model.safetensors"))
            try writeModules(to: beside)
            if let card { try Self.write(Data(card.utf8), "README.md", in: beside) }
        }
    }

    // MARK: Files

    private func writeConfiguration(to folder: URL) throws {
        let file = source.transformer.appendingPathComponent("config.json")
        guard
            var fields = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
                as? [String: Any]
        else { throw DistillationError.file(path: file.path, problem: "it is not a JSON object") }
        for (name, value) in changes { fields[name] = value }
        if fields["dtype"] != nil { fields["dtype"] = "float32" }
        if fields["torch_dtype"] != nil { fields["torch_dtype"] = "float32" }
        try Self.write(json: fields, "config.json", in: folder)
        try Self.write(
            json: ["max_seq_length": maxTokens, "do_lower_case": false],
            "sentence_bert_config.json", in: folder)
        var sentence: [String: Any] = [
            "prompts": ["query": prompts.query, "passage": prompts.passage],
            "default_prompt_name": NSNull(), "similarity_fn_name": "cosine",
        ]
        if let textContract { sentence["text_contract"] = textContract }
        try Self.write(json: sentence, "config_sentence_transformers.json", in: folder)
    }

    /// The tokenizer's files; with a new vocabulary only `tokenizer.json`, which is all that a fast
    /// tokenizer needs, and a configuration that names its special tokens.
    private func writeTokenizer(to folder: URL) throws {
        guard let vocabulary else {
            let names = [
                "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
                "sentencepiece.bpe.model", "vocab.txt",
            ]
            for name in names {
                let file = source.transformer.appendingPathComponent(name)
                guard FileManager.default.fileExists(atPath: file.path) else { continue }
                try FileManager.default.copyItem(at: file, to: folder.appendingPathComponent(name))
            }
            return
        }
        try Self.write(vocabulary.tokenizerJSON, "tokenizer.json", in: folder)
        var fields: [String: Any] = [
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": maxTokens,
        ]
        let names = [
            ("bos_token", "<s>"), ("cls_token", "<s>"), ("eos_token", "</s>"),
            ("sep_token", "</s>"), ("unk_token", "<unk>"), ("pad_token", "<pad>"),
            ("mask_token", "<mask>"),
        ]
        for (name, token) in names where vocabulary.addedTokens[Array(token.utf8)] != nil {
            fields[name] = token
        }
        try Self.write(json: fields, "tokenizer_config.json", in: folder)
    }

    private func writeModules(to folder: URL) throws {
        var modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
        try Self.write(json: poolingFields, "1_Pooling/config.json", in: folder)
        for layer in dense {
            let name = "\(modules.count)_Dense"
            try Self.write(
                json: [
                    "in_features": layer.inputSize, "out_features": layer.outputSize,
                    "bias": layer.hasBias, "activation_function": layer.activation.torchName,
                ], "\(name)/config.json", in: folder)
            try SafetensorsWriter.write(
                layer.tensors, metadata: ["format": "pt"],
                to: folder.appendingPathComponent("\(name)/model.safetensors"))
            modules.append((name, "Dense"))
        }
        if normalizes {
            let name = "\(modules.count)_Normalize"
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
            try Self.write(Data("{}\n".utf8), "\(name)/config.json", in: folder)
            modules.append((name, "Normalize"))
        }
        let list = modules.enumerated().map { index, module -> [String: Any] in
            [
                "idx": index, "name": String(index), "path": module.0,
                "type": "sentence_transformers.models.\(module.1)",
            ]
        }
        try Self.write(json: list, "modules.json", in: folder)
    }

    private var poolingFields: [String: Any] {
        let modes: [(PoolingConfiguration.Mode, String)] = [
            (.cls, "pooling_mode_cls_token"), (.mean, "pooling_mode_mean_tokens"),
            (.max, "pooling_mode_max_tokens"),
            (.meanSqrtLength, "pooling_mode_mean_sqrt_len_tokens"),
            (.weightedMean, "pooling_mode_weightedmean_tokens"),
            (.lastToken, "pooling_mode_lasttoken"),
        ]
        var fields: [String: Any] = [
            "word_embedding_dimension": source.configuration.hiddenSize,
            "include_prompt": source.pooling.includesPrompt,
        ]
        for (mode, name) in modes { fields[name] = source.pooling.modes.contains(mode) }
        return fields
    }

    private static func write(json: Any, _ name: String, in folder: URL) throws {
        var data = try JSONSerialization.data(
            withJSONObject: json, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        data.append(UInt8(ascii: "\n"))
        try write(data, name, in: folder)
    }

    private static func write(_ data: Data, _ name: String, in folder: URL) throws {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try AtomicFile.write(to: file) { try $0.write(contentsOf: data) }
    }
}

extension Activation {
    /// The class that sentence-transformers writes for the activation of a Dense module.
    fileprivate var torchName: String {
        switch self {
        case .identity: "torch.nn.modules.linear.Identity"
        case .gelu: "torch.nn.modules.activation.GELU"
        case .tanh: "torch.nn.modules.activation.Tanh"
        }
    }
}
