import AjanCompute
import AjanEncoder
import AjanSafetensors
import Foundation

/// Copies a model folder but for the weights of its transformer, and says in it what was done.
struct ModelFolderCopy {
    let model: ModelFolder
    let target: URL
    /// The model card; nil takes that of the source.
    var card: String?

    /// Where the transformer of the copy lies.
    var transformer: URL { counterpart(of: model.transformer) }

    /// Files with these endings describe a model; everything else in a folder is weights in one
    /// form or another, or does not belong to the model.
    private static let copiedExtensions: Set<String> = [
        "", "jinja", "json", "md", "model", "txt", "yaml", "yml",
    ]
    private static let byteCountMax = 64 << 20

    func write() throws {
        let modules = try ModelFolder.modules(in: model.url)
        for folder in Set([model.url, model.transformer]) { try copySmallFiles(of: folder) }
        for module in modules.dropFirst() where !module.path.isEmpty {
            let folder = model.url.appendingPathComponent(module.path)
            guard FileManager.default.fileExists(atPath: folder.path) else { continue }
            try copySmallFiles(of: folder)
            try copyWeights(of: folder)
        }
        try writeConfiguration()
        try writeCard()
    }

    private func counterpart(of folder: URL) -> URL {
        let root = model.url.standardizedFileURL.path
        let path = folder.standardizedFileURL.path
        let inner = path.dropFirst(root.count).drop { $0 == "/" }
        return inner.isEmpty ? target : target.appendingPathComponent(String(inner))
    }

    private func copySmallFiles(of folder: URL) throws {
        let manager = FileManager.default
        let copy = counterpart(of: folder)
        try manager.createDirectory(at: copy, withIntermediateDirectories: true)
        let hasJSON = manager.fileExists(
            atPath: folder.appendingPathComponent("tokenizer.json").path)
        for name in try manager.contentsOfDirectory(atPath: folder.path).sorted() {
            let file = folder.appendingPathComponent(name)
            let values = try file.resourceValues(forKeys: [.fileSizeKey])
            let isRegular = (try? RegularFile.handle(file)) != nil
            // With a tokenizer.json nothing reads the SentencePiece model.
            guard isRegular, !name.hasPrefix("."), !name.hasSuffix(".index.json"),
                Self.copiedExtensions.contains(file.pathExtension),
                (values.fileSize ?? 0) <= Self.byteCountMax,
                !(hasJSON && file.pathExtension == "model")
            else { continue }
            try copyFile(file, to: copy.appendingPathComponent(name))
        }
    }

    private func copyWeights(of folder: URL) throws {
        for name in ["model.safetensors", "pytorch_model.bin"] {
            let file = folder.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            try copyFile(file, to: counterpart(of: folder).appendingPathComponent(name))
        }
    }

    private func copyFile(_ file: URL, to copy: URL) throws {
        let source = try RegularFile.handle(file)
        try AtomicFile.write(to: copy) { target in
            while let piece = try source.read(upToCount: 4 << 20), !piece.isEmpty {
                try target.write(contentsOf: piece)
            }
        }
    }

    /// `config.json` that says how the weights lie, so that other programs refuse the folder by
    /// name instead of reading noise, and what the model was called: prompts and pooling may follow
    /// from it.
    private func writeConfiguration() throws {
        let file = transformer.appendingPathComponent("config.json")
        guard let bytes = try ConfigurationFile.bytes(at: file),
            var fields = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        else { throw ModelError.invalidFile("config.json: it is not a JSON object") }
        fields["quantization_config"] = [
            "quant_method": "ajan-int8", "bits": 8, "weights": "symmetric per output channel",
            "activations": "asymmetric per token", "layout": PackedWeights.layout,
        ]
        if fields["_name_or_path"] == nil {
            fields["_name_or_path"] = model.url.lastPathComponent
        }
        let text = try JSONSerialization.data(
            withJSONObject: fields, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try AtomicFile.write(to: file) { try $0.write(contentsOf: text) }
    }

    /// The given card, else the one of the source, with a section about this form.
    private func writeCard() throws {
        let file = target.appendingPathComponent("README.md")
        let found = try ConfigurationFile.bytes(at: file)
        let card = card ?? found.map { String(decoding: $0, as: UTF8.self) }
        let note = """

            ## int8

            Linear layers are 8-bit, symmetric per output channel, in the packed form of `ajan-embed` \
            (`ajan quantize`); activations are quantised per token while the encoder runs. The folder \
            opens with `ajan` and `AjanEmbed` only; transformers and sentence-transformers need the \
            folder that it was made from.

            """
        let text = (card ?? "# \(model.url.lastPathComponent)\n") + note
        try AtomicFile.write(to: file) { try $0.write(contentsOf: Data(text.utf8)) }
    }
}
