import AjanCompute
import Foundation

/// One line of a JSONL data file: a corpus document, a query or a sentence pair.
struct JSONRecord: Decodable {
    let id: String?
    let title: String?
    let text: String?
    let sentence1: String?
    let sentence2: String?
    let score: Double?

    private enum CodingKeys: String, CodingKey {
        case id = "_id"
        case plainID = "id"
        case title, text, sentence1, sentence2, score
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try Self.identifier(container, .id) ?? Self.identifier(container, .plainID)
        title = try container.decodeIfPresent(String.self, forKey: .title)
        text = try container.decodeIfPresent(String.self, forKey: .text)
        sentence1 = try container.decodeIfPresent(String.self, forKey: .sentence1)
        sentence2 = try container.decodeIfPresent(String.self, forKey: .sentence2)
        score = try container.decodeIfPresent(Double.self, forKey: .score)
    }

    /// An id may be a string or a whole number.
    private static func identifier(
        _ container: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) throws -> String? {
        if let number = try? container.decodeIfPresent(Int.self, forKey: key) {
            return String(number)
        }
        return try container.decodeIfPresent(String.self, forKey: key)
    }

    /// Parses line `number` of `file`.
    init(_ text: String, line number: Int, of file: DataFile) throws {
        do {
            self = try JSONDecoder().decode(JSONRecord.self, from: Data(text.utf8))
        } catch DecodingError.typeMismatch(_, let context) {
            let field = context.codingPath.last?.stringValue ?? "the line"
            let expected = field == "score" ? "a number" : "a string"
            throw file.error(number, "\(quoted: field) is not \(expected)")
        } catch {
            throw file.error(number, "the line is not a JSON object")
        }
    }
}
