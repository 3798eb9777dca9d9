import AjanEmbed
import ArgumentParser
import Foundation

/// `ajan tokenize`: what the model sees of a text.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Show the tokens of a text: pieces, ids, where they came from.",
        discussion: """
            Turkish words are long and models cut them into pieces; many pieces per word cost time and \
            quality. Compare the ratio for clean text, capitals and text typed without dots.

            ajan tokenize "Kargom ne zaman gelir?" "KARGOM NE ZAMAN GELİR?" "kargom ne zaman gelir"
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache.", valueName: "name|dir"))
    var model: String = ModelCatalog.defaultModel

    @OptionGroup var input: InputOptions

    @Option(help: "Adds the prompt of this role.")
    var role: Role = .none

    @Flag(help: "One JSON object per text and line.")
    var json = false

    @Flag(help: "Only the ids: one JSON array per text and line.")
    var ids = false

    func run() throws {
        let tokenizer = try TextTokenizer(ModelCatalog.locate(model))
        try input.source.forEachChunk { chunk in
            for text in chunk {
                let tokens = tokenizer.tokens(of: text, role: role)
                Terminal.write(try show(tokens, of: text))
            }
        }
    }

    private func show(_ tokens: [Token], of text: String) throws -> String {
        if ids { return try JSONText.encode(tokens.map(\.id), pretty: false) }
        let table = TokenTable(text: text, tokens: tokens)
        return try json ? JSONText.encode(table, pretty: false) : table.description
    }
}

/// The tokens of one text and what they say about it.
struct TokenTable: Encodable, CustomStringConvertible {
    let text: String
    let tokens: [Token]
    /// Runs of text between white space.
    let words: Int
    /// Tokens per word, special tokens left out.
    let tokensPerWord: Double

    init(text: String, tokens: [Token]) {
        self.text = text
        self.tokens = tokens
        words = text.split(whereSeparator: \.isWhitespace).count
        let plain = tokens.filter { !$0.isSpecial }.count
        tokensPerWord = words == 0 ? 0 : Double(plain) / Double(words)
    }

    var description: String {
        var lines = [text, "       id  bytes        piece"]
        for token in tokens {
            let bytes =
                token.isSpecial
                ? "special" : "\(token.byteRange.lowerBound)..<\(token.byteRange.upperBound)"
            let columns = [
                String(token.id).leftPadded(to: 9), bytes.rightPadded(to: 11), token.piece,
            ]
            lines.append(columns.joined(separator: "  "))
        }
        lines.append(
            "\(tokens.count) tokens, \(words) words, "
                + String(format: "%.2f tokens per word", tokensPerWord) + "\n")
        return lines.joined(separator: "\n")
    }
}

extension String {
    func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }

    func rightPadded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
