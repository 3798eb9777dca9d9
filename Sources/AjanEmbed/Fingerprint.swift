import AjanCompute
import Crypto
import Foundation

/// SHA-256 of a model: of the list of its files, each with its own SHA-256.
enum Fingerprint {
    /// Small files that change what a vector is; those that a folder lacks are left out.
    private static let smallFiles = [
        "modules.json", "config.json", "sentence_bert_config.json",
        "config_sentence_transformers.json", "tokenizer.json", "tokenizer_config.json",
        "sentencepiece.bpe.model", "vocab.txt",
    ]

    /// - Parameter weights: the files that hold the tensors of the transformer.
    static func of(folder: ModelFolder, weights: [URL]) throws -> String {
        var files = weights
        for root in Set([folder.url, folder.transformer]) {
            files += smallFiles.map { root.appendingPathComponent($0) }
        }
        for module in try ModelFolder.modules(in: folder.url).dropFirst() {
            let module = folder.url.appendingPathComponent(module.path)
            files += ["config.json", "model.safetensors", "pytorch_model.bin"].map {
                module.appendingPathComponent($0)
            }
        }
        let base = folder.url.standardizedFileURL.path
        var lines: [String] = []
        for file in files where FileManager.default.fileExists(atPath: file.path) {
            var name = file.standardizedFileURL.path
            if name.hasPrefix(base) { name = String(name.dropFirst(base.count + 1)) }
            lines.append("\(try sha256(of: file))  \(name)\n")
        }
        var whole = SHA256()
        for line in Set(lines).sortedByBytes() {
            whole.update(data: Data(line.utf8))
        }
        return whole.finalize().hexDigits
    }

    /// SHA-256 of a file, read in pieces.
    static func sha256(of file: URL) throws -> String {
        let handle = try RegularFile.handle(file)
        defer { try? handle.close() }
        var hash = SHA256()
        while let piece = try handle.read(upToCount: 4 << 20), !piece.isEmpty {
            hash.update(data: piece)
        }
        return hash.finalize().hexDigits
    }
}
