import AjanCompute
package import Foundation

/// Sentence pairs, with human scores (semantic similarity) or without (bitext: row i of one side
/// translates row i of the other).
package struct PairData: Sendable {
    package let first: [String]
    package let second: [String]
    /// Human scores, higher means closer; nil for bitext.
    package let gold: [Double]?

    package init(first: [String], second: [String], gold: [Double]?) {
        precondition(first.count == second.count && gold.map { $0.count == first.count } ?? true)
        self.first = first
        self.second = second
        self.gold = gold
    }

    /// Reads a JSONL file of `sentence1`, `sentence2` and, when `scored`, `score`; gzip too.
    ///
    /// - Throws: `EvaluationError` with file and line for a missing or empty sentence, a score that
    ///   is missing or not a number, and a file with fewer than two pairs.
    package init(file url: URL, scored: Bool) throws {
        guard let file = DataFile(url) else {
            throw EvaluationError.file(path: url.path, problem: "no such file")
        }
        var (first, second, gold): ([String], [String], [Double]) = ([], [], [])
        try file.forEachLine { number, line in
            let record = try JSONRecord(line, line: number, of: file)
            first.append(try Self.sentence(record.sentence1, "sentence1", number, file))
            second.append(try Self.sentence(record.sentence2, "sentence2", number, file))
            guard scored else { return }
            guard let score = record.score, score.isFinite else {
                throw file.error(number, "the pair has no 'score'")
            }
            gold.append(score)
        }
        guard first.count > 1 else {
            throw file.error(1, "the file holds \(first.count) pairs; at least 2 are needed")
        }
        self.init(first: first, second: second, gold: scored ? gold : nil)
    }

    private static func sentence(
        _ text: String?, _ field: String, _ number: Int, _ file: DataFile
    ) throws -> String {
        guard let text, !text.allSatisfy(\.isWhitespace) else {
            throw file.error(number, "\(quoted: field) is missing or empty")
        }
        return text
    }
}

extension PairData {
    /// Whether the pairs of the file carry scores: similarity if so, bitext if none does.
    ///
    /// - Throws: `EvaluationError` where only some do.
    static func isScored(file url: URL) throws -> Bool {
        guard let file = DataFile(url) else {
            throw EvaluationError.file(path: url.path, problem: "no such file")
        }
        var answer: Bool?
        try file.forEachLine { number, line in
            let hasScore = try JSONRecord(line, line: number, of: file).score != nil
            guard answer ?? hasScore == hasScore else {
                throw file.error(
                    number, "some pairs have a 'score' and some have none; all or no pairs must")
            }
            answer = hasScore
        }
        return answer ?? false
    }
}
