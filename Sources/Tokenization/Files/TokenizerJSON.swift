import AjanCompute
import AjanJSON
import Foundation

/// Reads `tokenizer.json`, the file of the Rust library `tokenizers`.
///
/// Only what XLM-RoBERTa and BERT tokenizers are made of is accepted; every other part is refused
/// by its name, because a tokenizer that is nearly right is wrong.
struct TokenizerJSON {
    private let file: String
    private var parts: [String: JSONValue] = [:]
    private var vocabulary = VocabularyReader()

    init(_ bytes: [UInt8], file: String) throws(TokenizationError) {
        self.file = file
        var parts: [String: JSONValue] = [:]
        var vocabulary = VocabularyReader()
        try JSONScanner.read(bytes, file: file) { (scanner) throws(JSONScanner.Problem) in
            try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
                if key == "model" {
                    parts[key] = try Self.model(&scanner, &vocabulary)
                } else {
                    parts[key] = try scanner.value()
                }
            }
        }
        self.parts = parts
        self.vocabulary = vocabulary
    }

    /// The model without its vocabulary, which goes to `vocabulary` piece by piece.
    private static func model(
        _ scanner: inout JSONScanner, _ vocabulary: inout VocabularyReader
    ) throws(JSONScanner.Problem) -> JSONValue {
        var fields: [String: JSONValue] = [:]
        var reader = vocabulary
        try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
            if key == "vocab" {
                try reader.read(&scanner)
            } else {
                fields[key] = try scanner.value()
            }
        }
        vocabulary = reader
        return .object(fields)
    }

    func tokenizer() throws(TokenizationError) -> Tokenizer {
        let model = parts["model"]
        var type = model?["type"]?.text
        if type == nil { type = model?["unk_id"] == nil ? "WordPiece" : "Unigram" }
        let added = try addedTokens()
        let size = max(vocabulary.count, (added.tokens.map { Int($0.id) + 1 }.max() ?? 0))
        let (prefix, suffix) = try specialTokens()
        guard prefix.count + suffix.count <= TokenizerLimit.specialTokensMax else {
            throw unsupported(
                "\(prefix.count + suffix.count) special tokens around every text",
                "at most \(TokenizerLimit.specialTokensMax)")
        }
        for id in prefix + suffix where id < 0 || id >= size {
            throw damaged("the special token id \(id) is outside the vocabulary of \(size)")
        }
        let (preparation, parsed): (Tokenizer.Preparation, Tokenizer.Model)
        switch type {
        case "Unigram": (preparation, parsed) = try unigram(model)
        case "WordPiece": (preparation, parsed) = try wordPiece(model)
        default:
            throw unsupported("the model type \(quoted: type ?? "missing")", "Unigram, WordPiece")
        }
        return Tokenizer(
            vocabularySize: size, prefixIDs: prefix, suffixIDs: suffix, preparation: preparation,
            model: parsed, addedTokens: added,
            pieces: vocabulary.pieceTable(adding: added, size: size))
    }

    // MARK: Models

    private func unigram(
        _ model: JSONValue?
    ) throws(TokenizationError) -> (Tokenizer.Preparation, Tokenizer.Model) {
        guard let unknown = model?["unk_id"]?.int, (0..<vocabulary.count).contains(unknown) else {
            throw damaged("unk_id is missing or outside the vocabulary")
        }
        if model?["byte_fallback"]?.bool == true { throw unsupported("byte_fallback", "false") }
        let trie = try vocabulary.trie(file: file)
        let unigram = UnigramModel(
            trie: trie, scores: RegionArray(vocabulary.scores), unknownID: Int32(unknown),
            worstScore: vocabulary.scores.min() ?? 0, arithmetic: .f64)
        var words = UnigramWords()
        let charsmap = try normalizer(parts["normalizer"], &words)
        try preTokenizer(parts["pre_tokenizer"], &words)
        return (.unigramWords(charsmap, words), .unigram(unigram))
    }

    /// The type that the file names for a part of the tokenizer.
    private func type(of part: String) -> String { parts[part]?["type"]?.text ?? "none" }

    private func wordPiece(
        _ model: JSONValue?
    ) throws(TokenizationError) -> (Tokenizer.Preparation, Tokenizer.Model) {
        let trie = try vocabulary.trie(file: file)
        let unknown = trie.value(of: (model?["unk_token"]?.bytes ?? Array("[UNK]".utf8)))
        guard unknown >= 0 else { throw damaged("unk_token is not in the vocabulary") }
        let wordPiece = WordPieceModel(
            trie: trie, unknownID: unknown,
            continuation: model?["continuing_subword_prefix"]?.bytes ?? Array("##".utf8),
            charactersMax: min(
                model?["max_input_chars_per_word"]?.int ?? 100, TokenizerLimit.wordCharactersMax))
        guard let normalizer = parts["normalizer"], normalizer["type"]?.text == "BertNormalizer"
        else {
            throw unsupported(
                "the normalizer \(quoted: type(of: "normalizer")) with WordPiece",
                "BertNormalizer")
        }
        guard parts["pre_tokenizer"]?["type"]?.text == "BertPreTokenizer" else {
            throw unsupported(
                "the pre_tokenizer \(quoted: type(of: "pre_tokenizer")) with WordPiece",
                "BertPreTokenizer")
        }
        let text = BertText(
            cleansText: normalizer["clean_text"]?.bool ?? true,
            spacesChinese: normalizer["handle_chinese_chars"]?.bool ?? true,
            stripsAccents: normalizer["strip_accents"]?.bool,
            lowercases: normalizer["lowercase"]?.bool ?? true)
        return (.bert(text), .wordPiece(wordPiece))
    }

    // MARK: Normalizer and pre-tokenizer

    private func normalizer(
        _ value: JSONValue?, _ words: inout UnigramWords
    ) throws(TokenizationError) -> Charsmap? {
        guard let value, case .object = value else { return nil }
        switch value["type"]?.text {
        case "Precompiled": return try charsmap(value["precompiled_charsmap"])
        case "Sequence":
            var charsmap: Charsmap?
            var steps = (value["normalizers"]?.array ?? [])[...]
            if steps.starts(with: TurkishLowerCase.steps) {
                words.lowercasesTurkish = true
                steps = steps.dropFirst(TurkishLowerCase.steps.count)
            }
            for step in steps {
                if let found = try normalizer(step, &words) { charsmap = found }
            }
            return charsmap
        case "Replace":
            guard value["pattern"]?["Regex"]?.text == " {2,}",
                [" ", "▁"].contains(value["content"]?.text)
            else { throw unsupported("a Replace normalizer of that pattern", "' {2,}' by ' '") }
            words.collapsesSpaces = true
            return nil
        case "Strip":
            words.stripsLeft = value["strip_left"]?.bool ?? false
            words.stripsRight = value["strip_right"]?.bool ?? false
            return nil
        default:
            throw unsupported(
                "the normalizer \(quoted: value["type"]?.text ?? "missing") with Unigram",
                "Precompiled, Replace, Strip, Sequence")
        }
    }

    private func charsmap(_ value: JSONValue?) throws(TokenizationError) -> Charsmap? {
        guard let text = value?.text, let blob = Data(base64Encoded: text) else {
            throw damaged("the charsmap of the normalizer is not base64")
        }
        if blob.isEmpty { return nil }
        do {
            return try Charsmap(Array(blob))
        } catch {
            throw damaged("the charsmap of the normalizer is broken: \(error.text)")
        }
    }

    private func preTokenizer(
        _ value: JSONValue?, _ words: inout UnigramWords
    ) throws(TokenizationError) {
        switch value?["type"]?.text {
        case "Sequence":
            for step in value?["pretokenizers"]?.array ?? [] { try preTokenizer(step, &words) }
        case "WhitespaceSplit": words.splitsAtWhitespace = true
        case "Metaspace":
            guard value?["replacement"]?.text == "▁" else {
                throw unsupported("a Metaspace replacement other than ▁", "▁")
            }
            if value?["split"]?.bool == false {
                throw unsupported("Metaspace without split", "true")
            }
            let scheme = value?["prepend_scheme"]?.text
            guard scheme == nil || scheme == "always" || scheme == "never" else {
                throw unsupported("prepend_scheme \(quoted: scheme ?? "")", "always, never")
            }
            words.prependsAlways =
                scheme.map { $0 == "always" }
                ?? (value?["add_prefix_space"]?.bool ?? true)
        default:
            throw unsupported(
                "the pre_tokenizer \(quoted: value?["type"]?.text ?? "none") with Unigram",
                "WhitespaceSplit, Metaspace, Sequence")
        }
    }

    // MARK: Special tokens

    private func addedTokens() throws(TokenizationError) -> AddedTokens {
        var tokens: [AddedTokens.Token] = []
        for value in parts["added_tokens"]?.array ?? [] {
            guard let bytes = value["content"]?.bytes, let id = value["id"]?.int,
                (0..<VocabularyLimit.countMax).contains(id)
            else { throw damaged("an added token lacks its content or id") }
            if let problem = AddedTokens.Token.problem(with: bytes) { throw damaged(problem) }
            tokens.append(
                AddedTokens.Token(
                    bytes: bytes, id: Int32(id), stripsLeft: value["lstrip"]?.bool ?? false,
                    stripsRight: value["rstrip"]?.bool ?? false,
                    isSingleWord: value["single_word"]?.bool ?? false))
        }
        return AddedTokens(tokens)
    }

    /// What the post-processor puts around a single text.
    private func specialTokens() throws(TokenizationError) -> (prefix: [Int32], suffix: [Int32]) {
        guard let value = parts["post_processor"], case .object = value else { return ([], []) }
        switch value["type"]?.text {
        case "TemplateProcessing": return try template(value)
        case "BertProcessing", "RobertaProcessing":
            guard let begin = value["cls"]?.array?.last, let end = value["sep"]?.array?.last
            else { throw damaged("the post_processor lacks cls or sep") }
            return ([try specialID(begin)], [try specialID(end)])
        default:
            throw unsupported(
                "the post_processor \(quoted: value["type"]?.text ?? "missing")",
                "TemplateProcessing, BertProcessing, RobertaProcessing")
        }
    }

    private func template(
        _ value: JSONValue
    ) throws(TokenizationError) -> (prefix: [Int32], suffix: [Int32]) {
        var prefix: [Int32] = []
        var suffix: [Int32] = []
        var isAfterText = false
        for step in value["single"]?.array ?? [] {
            if step["Sequence"] != nil {
                isAfterText = true
                continue
            }
            guard let name = step["SpecialToken"]?["id"]?.text,
                let ids = value["special_tokens"]?[name]?["ids"]?.array
            else { throw damaged("the post_processor names an unknown special token") }
            let numbers = try ids.map { (id) throws(TokenizationError) in try specialID(id) }
            if isAfterText { suffix += numbers } else { prefix += numbers }
        }
        guard isAfterText else { throw damaged("the post_processor leaves out the text") }
        return (prefix, suffix)
    }

    private func specialID(_ value: JSONValue) throws(TokenizationError) -> Int32 {
        guard let id = value.int.flatMap(Int32.init(exactly:)) else {
            throw damaged(
                "the post_processor has a special token whose id is no whole number of 31 bits")
        }
        return id
    }

    private func damaged(_ problem: String) -> TokenizationError {
        .damaged(file: file, problem: problem)
    }

    private func unsupported(_ found: String, _ supported: String) -> TokenizationError {
        .unsupported(file: file, problem: "\(found); supported: \(supported)")
    }
}
