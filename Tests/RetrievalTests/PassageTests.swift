import AjanDocuments
import AjanRetrieval
import Testing

@Suite("Passages: whole sentences within a token budget")
struct PassageTests {
    private func passages(_ text: String, tokens: Int, overlap: Int) -> [Passage] {
        let maker = PassageMaker(
            settings: IndexSettings(passageTokens: tokens, overlapTokens: overlap),
            tokenCount: { $0.split(whereSeparator: \.isWhitespace).count })
        return maker.passages(
            of: SourceDocument(sections: [.init(headings: ["A", "B"], text: text)]))
    }

    @Test("A passage ends at the end of a sentence and repeats the last ones as far as they fit")
    func overlap() {
        let text = "Bir iki üç. Dört beş altı. Yedi sekiz dokuz. On on bir."
        let made = passages(text, tokens: 6, overlap: 3)
        #expect(
            made.map(\.text) == [
                "Bir iki üç. Dört beş altı.", "Dört beş altı. Yedi sekiz dokuz.",
                "Yedi sekiz dokuz. On on bir.",
            ])
        #expect(made.allSatisfy { $0.heading == "A › B" && $0.tokens <= 6 })
    }

    @Test("Without overlap every word appears once and in order")
    func coverage() {
        let words = (0..<500).map { "k\($0)" + ($0 % 7 == 6 ? "." : "") }
        let made = passages(words.joined(separator: " "), tokens: 20, overlap: 0)
        let seen = made.flatMap { $0.text.split(separator: " ").map(String.init) }
        #expect(seen == words)
        #expect(made.allSatisfy { $0.tokens <= 20 })
    }

    @Test("A sentence beyond the budget is cut between words")
    func longSentence() {
        let text = (0..<50).map { "k\($0)" }.joined(separator: " ")
        let made = passages(text, tokens: 16, overlap: 0)
        #expect(made.map(\.tokens) == [16, 16, 16, 2])
    }

    @Test("Nothing comes of white space", arguments: ["", "  \n\t ", "\u{A0}"])
    func empty(_ text: String) {
        #expect(passages(text, tokens: 16, overlap: 2).isEmpty)
    }

    @Test("Settings that make no sense are refused")
    func settings() {
        #expect(IndexSettings(passageTokens: 8).problem != nil)
        #expect(IndexSettings(passageTokens: 100, overlapTokens: 51).problem != nil)
        #expect(IndexSettings().problem == nil)
    }
}
