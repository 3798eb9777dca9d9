import AjanCorpus
import Foundation
import TestSupport
import Testing

/// Recall and false positives per type on the generated set
/// (`Tools/reference/personal_data_set.py`). The committed fixture has 40 + 40 values per type;
/// `AJAN_PERSONAL_DATA_SET` names a larger file.
@Suite struct PersonalDataSetTests {
    private struct Line: Decodable {
        let type: PersonalDataType
        let label: Bool
        let text: String
        let value: String
    }

    private struct Score {
        var trues = 0
        var found = 0
        var lookAlikes = 0
        var wrong = 0
    }

    @Test("Recall is at least 0.98 and false positives at most 0.5 % for every type")
    func perType() throws {
        let environment = ProcessInfo.processInfo.environment["AJAN_PERSONAL_DATA_SET"]
        let file =
            environment.map { URL(fileURLWithPath: $0) }
            ?? Repository.fixtures("CorpusTests").appendingPathComponent("personal-data.jsonl")
        let scores = try score(file)
        #expect(Set(scores.keys) == Set(PersonalDataType.allCases))
        for (type, score) in scores.sorted(by: { $0.key < $1.key }) {
            let recall = Double(score.found) / Double(score.trues)
            let falsePositives = Double(score.wrong) / Double(score.lookAlikes)
            #expect(recall >= 0.98, "\(type.rawValue): \(score.found) of \(score.trues) found")
            #expect(
                falsePositives <= 0.005,
                "\(type.rawValue): \(score.wrong) of \(score.lookAlikes) look-alikes replaced")
        }
    }

    private func score(_ file: URL) throws -> [PersonalDataType: Score] {
        let scrubber = PersonalDataScrubber()
        var scores: [PersonalDataType: Score] = [:]
        for line in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")) {
            let line = try JSONDecoder().decode(Line.self, from: line)
            let place = try #require(line.text.range(of: line.value, options: .literal))
            let start = line.text.utf8.distance(from: line.text.startIndex, to: place.lowerBound)
            let value = start..<(start + line.value.utf8.count)
            let matches = scrubber.matches(in: Array(line.text.utf8)).filter {
                $0.type == line.type
            }
            if line.label {
                scores[line.type, default: Score()].trues += 1
                let isCovered = matches.contains {
                    $0.range.lowerBound <= value.lowerBound
                        && $0.range.upperBound >= value.upperBound
                }
                scores[line.type]?.found += isCovered ? 1 : 0
            } else {
                scores[line.type, default: Score()].lookAlikes += 1
                scores[line.type]?.wrong += matches.contains { $0.range.overlaps(value) } ? 1 : 0
            }
        }
        return scores
    }
}
