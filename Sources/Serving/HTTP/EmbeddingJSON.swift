import AjanEmbed
import Foundation
import NIOCore

/// How numbers travel.
enum EncodingFormat: String, Decodable {
    /// A JSON array.
    case float
    /// The little-endian f32 bytes in base64: what OpenAI's own client asks for.
    case base64
}

/// Writes vectors as JSON. Numbers are the shortest that read back as the same f32.
struct EmbeddingJSON {
    private(set) var buffer: ByteBuffer

    /// - Parameter numbers: how many will be written, about.
    init(numbers: Int) {
        buffer = ByteBufferAllocator().buffer(capacity: numbers * 13 + 256)
    }

    mutating func write(_ text: String) {
        buffer.writeString(text)
    }

    mutating func write(_ vector: [Float], as format: EncodingFormat) {
        switch format {
        case .float:
            var separator = "["
            for value in vector {
                buffer.writeString(separator)
                buffer.writeString(value.description)
                separator = ","
            }
            buffer.writeString("]")
        case .base64:
            var bytes = ByteBufferAllocator().buffer(capacity: vector.count * 4)
            for value in vector { bytes.writeInteger(value.bitPattern, endianness: .little) }
            buffer.writeString("\"\(Data(bytes.readableBytesView).base64EncodedString())\"")
        }
    }

    /// `text` with what JSON needs around and inside it.
    static func quoted(_ text: String) -> String {
        let data = try? JSONEncoder().encode(text)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}

extension SentenceEmbedding {
    /// The first `count` numbers, scaled to length 1 again: what models trained with Matryoshka
    /// losses are made for. `index` is the position of the text, for the error.
    func shortened(to count: Int?, index: Int) throws -> SentenceEmbedding {
        guard let count, count < vector.count else { return self }
        let prefix = vector.prefix(count)
        let length = prefix.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length > 0 else {
            throw ServingError.notFinite(
                index: index, cause: "its first \(count) numbers are all zero")
        }
        var result = self
        result.vector = prefix.map { $0 / length }
        return result
    }
}
