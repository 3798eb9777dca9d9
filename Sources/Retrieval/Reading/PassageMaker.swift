package import AjanDocuments
import AjanTurkishText

/// A piece of a document that is embedded, found and shown.
package struct Passage: Equatable, Sendable {
    /// The title of the document and the headings above the text, outermost first, joined.
    package let heading: String
    package let text: String
    /// Bytes at the beginning of the text that the passage before ends with.
    package let repeatedByteCount: Int
    /// Tokens of the text, heading and special tokens not counted.
    package let tokens: Int

    /// What the model reads: the heading tells what the text is about.
    var embeddedText: String { Self.embeddedText(heading: heading, text: text) }

    static func embeddedText(heading: String, text: String) -> String {
        heading.isEmpty ? text : heading + "\n" + text
    }

    static let headingSeparator = " › "
}

/// Cuts documents into passages on sentence boundaries.
///
/// A passage takes whole sentences up to the token budget, and begins with as many of the last
/// sentences of the one before it as fit the overlap. Passages never cross a heading. A sentence
/// that is longer than the budget is cut between words.
package struct PassageMaker {
    private let settings: IndexSettings
    /// Tokens of a text.
    private let tokenCount: (String) -> Int

    private typealias Piece = (range: Range<String.Index>, tokens: Int)

    package init(settings: IndexSettings, tokenCount: @escaping (String) -> Int) {
        self.settings = settings
        self.tokenCount = tokenCount
    }

    package func passages(of document: SourceDocument) -> [Passage] {
        // A title that is the first heading of a section stands there already.
        let isHeading = document.sections.contains { $0.headings.first == document.title }
        let title = isHeading ? [] : [document.title].compactMap(\.self)
        return document.sections.flatMap { section in
            let heading = (title + section.headings).joined(separator: Passage.headingSeparator)
            return passages(of: section.text, heading: heading)
        }
    }

    private func passages(of text: String, heading: String) -> [Passage] {
        // For SQLite a text ends at a zero byte.
        let text = String(decoding: text.utf8.lazy.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
        let pieces = SentenceSplitter().sentences(of: text).flatMap { fitting($0, in: text) }
        var passages: [Passage] = []
        var (first, end) = (0, 0)
        var done = text.startIndex
        while end < pieces.count {
            var tokens = pieces[first..<end].reduce(0) { $0 + $1.tokens }
            // At least one new sentence, so that the loop always moves on.
            repeat {
                tokens += pieces[end].tokens
                end += 1
            } while end < pieces.count && tokens + pieces[end].tokens <= settings.passageTokens
            let range = pieces[first].range.lowerBound..<pieces[end - 1].range.upperBound
            let repeated = range.lowerBound..<max(done, range.lowerBound)
            passages.append(
                Passage(
                    heading: heading, text: String(text[range]),
                    repeatedByteCount: text[repeated].utf8.count, tokens: tokens))
            done = range.upperBound
            first = overlapStart(pieces[first..<end], next: end < pieces.count ? pieces[end] : nil)
        }
        return passages
    }

    /// Where the next passage begins: as far back as overlap and budget allow, never at the very
    /// start of the passage before.
    private func overlapStart(_ previous: ArraySlice<Piece>, next: Piece?) -> Int {
        guard let next else { return previous.endIndex }
        var (start, tokens) = (previous.endIndex, 0)
        while start - 1 > previous.startIndex {
            tokens += previous[start - 1].tokens
            let fits = tokens + next.tokens <= settings.passageTokens
            guard tokens <= settings.overlapTokens, fits else { break }
            start -= 1
        }
        return start
    }

    /// The sentence, or pieces of it between words when it is too long.
    private func fitting(_ range: Range<String.Index>, in text: String) -> [Piece] {
        let whole = tokenCount(String(text[range]))
        guard whole > settings.passageTokens else { return [(range, whole)] }
        var pieces: [Piece] = []
        for word in text[range].split(whereSeparator: \.isWhitespace) {
            for piece in cut(word, in: text) {
                if let last = pieces.last, last.tokens + piece.tokens <= settings.passageTokens {
                    let joined = last.range.lowerBound..<piece.range.upperBound
                    pieces[pieces.count - 1] = (joined, last.tokens + piece.tokens)
                } else {
                    pieces.append(piece)
                }
            }
        }
        return pieces
    }

    /// The word, or halves of halves of it when it alone is beyond the budget.
    private func cut(_ word: Substring, in text: String) -> [Piece] {
        // A token covers at least one byte, so short words need no counting to be known to fit.
        let tokens = tokenCount(String(word))
        guard tokens > settings.passageTokens, word.count > 1 else {
            return [(word.startIndex..<word.endIndex, tokens)]
        }
        let middle = word.index(word.startIndex, offsetBy: word.count / 2)
        return cut(word[..<middle], in: text) + cut(word[middle...], in: text)
    }
}
