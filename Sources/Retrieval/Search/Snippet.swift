import AjanTurkishText

/// The part of a passage that answers a question best, with the matching words marked.
package struct Snippet: Codable, Equatable, Sendable {
    package let text: String
    /// Matching words, in bytes of the UTF-8 form of `text`, ascending.
    package let marks: [Range<Int>]

    /// The text with `open` and `close` around the marked words.
    /// - Parameter escape: applied to every piece between the marks and inside them.
    package func marked(
        open: String, close: String, escape: (String) -> String = { $0 }
    ) -> String {
        let bytes = Array(text.utf8)
        func piece(_ range: Range<Int>) -> String {
            escape(String(decoding: bytes[range], as: UTF8.self))
        }
        var (result, position) = ("", 0)
        for mark in marks {
            result += piece(position..<mark.lowerBound) + open + piece(mark) + close
            position = mark.upperBound
        }
        return result + piece(position..<bytes.count)
    }
}

/// Finds snippets.
struct SnippetMaker {
    let analyzer: SearchTokenizer
    /// Bytes of a snippet, about.
    var byteCount = 320

    func snippet(of text: String, for query: String) -> Snippet {
        let wanted = Set(analyzer.terms(of: query).map(\.text))
        let matches = analyzer.terms(of: text).filter { wanted.contains($0.text) }
        let bytes = Array(text.utf8)
        let start = bestStart(matches)
        let range = wordBoundary(bytes, before: start)..<end(bytes, from: start)
        let lead = range.lowerBound > 0 ? "… " : ""
        let tail = range.upperBound < bytes.count ? " …" : ""
        let inside = matches.map(\.byteRange)
            .filter { $0.lowerBound >= range.lowerBound && $0.upperBound <= range.upperBound }
        let shift = lead.utf8.count - range.lowerBound
        return Snippet(
            text: lead + String(decoding: bytes[range], as: UTF8.self) + tail,
            marks: inside.map { $0.lowerBound + shift..<$0.upperBound + shift })
    }

    /// Where a window begins that holds the most different words of the question.
    private func bestStart(_ matches: [SearchTerm]) -> Int {
        var best = (count: 0, start: 0)
        for (index, first) in matches.enumerated() {
            let inWindow = matches[index...].prefix {
                $0.byteRange.upperBound - first.byteRange.lowerBound <= byteCount * 3 / 4
            }
            let count = Set(inWindow.map(\.text)).count
            if count > best.count {
                best = (count, max(0, first.byteRange.lowerBound - byteCount / 6))
            }
        }
        return best.start
    }

    private func wordBoundary(_ bytes: [UInt8], before position: Int) -> Int {
        var start = min(position, bytes.count)
        while start > 0, !Self.isSpace(bytes[start - 1]) { start -= 1 }
        return start
    }

    private func end(_ bytes: [UInt8], from start: Int) -> Int {
        var end = min(start + byteCount, bytes.count)
        while end < bytes.count, !Self.isSpace(bytes[end]) { end += 1 }
        return end
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09
    }
}
