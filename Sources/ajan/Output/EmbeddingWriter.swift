import AjanEmbed
import ArgumentParser
import Foundation

/// The form in which vectors leave the program.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// One object per text and line: `{"embedding": [...], "tokens": 12, "kept": 12, "windows":
    /// 1}`.
    case jsonl
    /// One JSON array of such objects.
    case json
    /// A NumPy array of f32, `[texts, dimensions]`.
    case npy
    /// A header line, then one line per text: tokens, kept, windows, and the vector.
    case csv
}

/// Writes embeddings one after another.
struct EmbeddingWriter {
    let format: OutputFormat
    let dimensions: Int
    private let output: OutputFile
    private var count = 0

    init(format: OutputFormat, dimensions: Int, output: OutputFile) throws {
        self.format = format
        self.dimensions = dimensions
        self.output = output
        switch format {
        case .jsonl: break
        case .json: try output.write(Data("[".utf8))
        case .npy: try output.write(NumPyHeader.data(rows: 0, columns: dimensions))
        case .csv:
            let columns = (0..<dimensions).map { "d\($0)" }
            let header = ["tokens", "kept", "windows"] + columns
            try output.write(Data((header.joined(separator: ",") + "\n").utf8))
        }
    }

    mutating func write(_ embedding: SentenceEmbedding) throws {
        switch format {
        case .jsonl: try output.write(Data((Self.object(embedding) + "\n").utf8))
        case .json:
            let separator = count == 0 ? "\n" : ",\n"
            try output.write(Data((separator + Self.object(embedding)).utf8))
        case .npy:
            var bytes = Data(capacity: 4 * dimensions)
            for value in embedding.vector {
                let bits = value.bitPattern.littleEndian
                unsafe withUnsafeBytes(of: bits) { unsafe bytes.append(contentsOf: $0) }
            }
            try output.write(bytes)
        case .csv:
            let receipt = [embedding.tokens, embedding.kept, embedding.windows].map(String.init)
            let row = receipt + embedding.vector.map(\.description)
            try output.write(Data((row.joined(separator: ",") + "\n").utf8))
        }
        count += 1
    }

    /// Writes what comes after the last embedding.
    func finish() throws {
        switch format {
        case .jsonl, .csv: break
        case .json: try output.write(Data("\n]\n".utf8))
        case .npy:
            try output.overwriteStart(with: NumPyHeader.data(rows: count, columns: dimensions))
        }
        try output.finish()
    }

    private static func object(_ embedding: SentenceEmbedding) -> String {
        let numbers = embedding.vector.map(\.description).joined(separator: ", ")
        return "{\"embedding\": [\(numbers)], \"tokens\": \(embedding.tokens), "
            + "\"kept\": \(embedding.kept), \"windows\": \(embedding.windows)}"
    }
}

/// The header of a `.npy` file. Source: NumPy's `numpy.lib.format`, version 1.0.
enum NumPyHeader {
    /// Room for any number of rows, so that the header can be rewritten when the count is known.
    private static let byteCount = 128

    static func data(rows: Int, columns: Int) -> Data {
        let fields =
            "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        let length = byteCount - 10
        let padding = String(repeating: " ", count: length - 1 - fields.utf8.count)
        var data = Data([0x93])
        data.append(contentsOf: Array("NUMPY".utf8) + [1, 0])
        data.append(contentsOf: [UInt8(length & 255), UInt8(length >> 8)])
        data.append(contentsOf: Array((fields + padding + "\n").utf8))
        return data
    }
}
