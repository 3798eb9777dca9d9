import AjanTurkishText
import Foundation
import TestSupport
import Testing

/// The splitter on cases that were checked by hand, and on what no case may break.
@Suite struct SentenceSplitterTests {
    private let splitter = SentenceSplitter()

    /// A case of the fixture: its text and the sentences that it holds.
    private struct Case {
        let text: String
        let sentences: [String]

        init(_ line: Substring) {
            let marked = String(line).replacing("\\n ¦ ", with: "\n¦").replacing("\\n", with: "\n")
            text = marked.replacing(" ¦ ", with: " ").replacing("¦", with: "")
            sentences = marked.split(separator: "¦")
                .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        }
    }

    private func cases() throws -> [Case] {
        let file = Repository.fixtures("TurkishTextTests").appendingPathComponent("sentences.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }.map(Case.init)
    }

    @Test("At least 97 of 100 hard cases come out exactly")
    func hardCases() throws {
        let cases = try cases()
        #expect(cases.count >= 300)
        let wrong = cases.filter { own in
            splitter.sentences(of: own.text).map { String(own.text[$0]) } != own.sentences
        }
        #expect(
            Double(wrong.count) <= 0.03 * Double(cases.count),
            "\(wrong.count) of \(cases.count): \(wrong.prefix(10).map(\.text))")
    }

    @Test("No letter is lost, sentences are in order, and any bytes are survived")
    func keepsEverything() throws {
        let text = try cases().map(\.text).joined(separator: "\n")
        let kept = splitter.sentences(of: text).map { text[$0] }.joined()
        #expect(kept.filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
        for range in splitter.sentences(of: text) {
            #expect(text[range].first?.isWhitespace == false)
        }
        var state: UInt64 = 20_261_125
        for _ in 0..<500 {
            let bytes = (0..<64).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            var end = 0
            for range in splitter.byteRanges(of: bytes) {
                #expect(range.lowerBound >= end && !range.isEmpty)
                end = range.upperBound
            }
            #expect(end <= bytes.count)
        }
        #expect(splitter.sentences(of: "").isEmpty && splitter.sentences(of: " \n\n ").isEmpty)
    }

    @Test("Passages hold two to eight sentences within their size and lose none")
    func passages() {
        let cutter = PassageCutter(sizeMax: 100)
        for count in 0...40 {
            for size in [5, 20, 45, 60, 200] {
                let passages = cutter.passages(of: count) { _ in size }
                #expect(passages.flatMap { Array($0) } == Array(0..<count))
                for passage in passages {
                    #expect(
                        passage.count <= 8 && (passage.count == 1 || passage.count * size <= 100))
                    let isOnlyOne = count == 1 || size * 2 > 100
                    #expect(passage.count >= 2 || isOnlyOne || passage.upperBound == count)
                }
            }
        }
    }
}
