import AjanDocuments
import AjanTurkishText
package import Foundation

/// The evaluation sets that a corpus must not touch, read from their files.
package struct EvaluationSets: Sendable {
    package private(set) var index = ContaminationIndex()
    /// SHA-256 of each file, by its name below the folder that was given.
    package private(set) var digests: [String: String] = [:]
    package private(set) var texts = 0

    package init() {}

    /// Adds every `.jsonl`, `.jsonl.gz`, `.jsonl.zst` and `.txt` below `root` (or the file `root`).
    /// All string fields of a record count but its ids; of a text file, every line.
    ///
    /// - Throws: `CorpusError.input` when nothing is there, `CorpusError.line` for a broken record.
    package mutating func insert(_ root: URL) throws {
        let files = try FileFinder.files(root, endings: ["jsonl", "txt"])
        guard !files.isEmpty else {
            throw CorpusError.input(path: root.path, problem: "no .jsonl or .txt file here")
        }
        for file in files {
            digests[file.name] = try FileDigest.sha256(of: file.url)
            try insertLines(of: file.url)
        }
    }

    private mutating func insertLines(of file: URL) throws {
        let reader = try LineReader(file)
        let isText = file.lastPathComponent.contains(".txt")
        while let batch = try reader.next() {
            for (index, line) in batch.lines.enumerated() where !line.isEmpty {
                guard isText else {
                    let data = Data(batch.bytes[line])
                    try insertRecord(data, of: file, line: batch.firstLine + index)
                    continue
                }
                insertText(batch.text(index) ?? "")
            }
        }
    }

    private mutating func insertRecord(_ data: Data, of file: URL, line: Int) throws {
        guard let record = try? JSONDecoder().decode([String: EvaluationField].self, from: data)
        else {
            throw CorpusError.line(
                path: file.path, line: line, problem: "the line is not a JSON object")
        }
        for (key, field) in record.sorted(by: { $0.key < $1.key }) where !key.hasSuffix("id") {
            for text in field.texts { insertText(text) }
        }
    }

    private mutating func insertText(_ text: String) {
        texts += 1
        index.insert(text, sentences: SentenceSplitter().byteRanges(of: Array(text.utf8)))
    }
}

/// A field of a record: a string, or strings; everything else is passed over.
private struct EvaluationField: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            texts = [text]
        } else {
            texts = (try? container.decode([String].self)) ?? []
        }
    }
}
