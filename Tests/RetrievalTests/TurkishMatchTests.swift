import AjanRetrieval
import AjanTurkishText
import Foundation
import TestSupport
import Testing

/// A line of Fixtures/turkish-matches.tsv: the word in a document, the word that is asked for, and
/// which of them have to meet.
struct TurkishMatch: CustomTestStringConvertible {
    enum Kind: String {
        /// Differ in case or by an apostrophe suffix: meet whatever the stemming.
        case sameWord = "case"
        /// Differ in marks as well, as people type: meet as whole words and by five letters.
        case ascii
        /// Forms of one word: meet by five letters, not as whole words.
        case suffix
        /// Different words: never meet.
        case apart
    }

    let kind: Kind
    let word: String
    let query: String

    var testDescription: String { "\(kind.rawValue): \(word) / \(query)" }

    static func all() throws -> [TurkishMatch] {
        let file = Repository.fixtures("RetrievalTests")
            .appendingPathComponent("turkish-matches.tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        return try lines.map { line in
            let cells = line.split(separator: "\t").map(String.init)
            guard cells.count == 3, let kind = Kind(rawValue: cells[0]) else {
                throw TestSupportError(description: "\(file.lastPathComponent): '\(line)'")
            }
            return TurkishMatch(kind: kind, word: cells[1], query: cells[2])
        }
    }

    /// Whether the words have to meet; nil where that is the stemmer's business.
    func meets(_ stemming: SearchTokenizer.Stemming) -> Bool? {
        switch (kind, stemming) {
        case (.sameWord, _), (.ascii, .none), (.ascii, .firstFive), (.suffix, .firstFive): true
        case (.suffix, .none), (.apart, _): false
        case (.ascii, .snowball), (.suffix, .snowball): nil
        }
    }
}

@Suite("Turkish words meet through the index as readers expect")
struct TurkishMatchTests {
    @Test(
        "Every pair of the table, in both directions",
        arguments: SearchTokenizer.Stemming.allCases)
    func table(_ stemming: SearchTokenizer.Stemming) throws {
        let matches = try TurkishMatch.all()
        #expect(matches.count >= 100, "the premise: the table is there")
        let folder = try IndexFolder()
        let records = matches.enumerated().flatMap { place, match in
            [("\(place)a", match.word), ("\(place)b", match.query)].map { name, word in
                #"{"id": "\#(name)", "text": "önce \#(word) sonra"}"#
            }
        }
        try folder.write("belgeler/sözcükler.jsonl", records.joined(separator: "\n"))
        _ = try IndexWriter(directory: folder.index, embedder: TrigramEmbedder())
            .update([folder.documents], settings: IndexSettings(stemming: stemming))
        let reader = try IndexReader(folder.index, embedder: nil)
        for (place, match) in matches.enumerated() {
            guard let wanted = match.meets(stemming) else { continue }
            for (query, name) in [(match.query, "\(place)a"), (match.word, "\(place)b")] {
                var request = SearchRequest(query)
                request.limit = 1000
                let found = try reader.search(request).hits.contains { hit in
                    hit.name == name || hit.copies.contains { $0.name == name }
                }
                #expect(found == wanted, "\(match.testDescription), asked for \(query)")
            }
        }
    }
}
