import AjanCompute
import AjanDistillation
import AjanEmbed
import AjanTokenization
import AjanTurkishText
import ArgumentParser
import Foundation

/// `ajan surgery`: a smaller model out of a model, without training.
struct SurgeryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surgery",
        abstract: "Cut layers and vocabulary of a model: the start of a student.",
        discussion: """
            Most of a small multilingual model is its embedding table. --texts keeps the pieces \
            that a corpus uses; --tokenizer gives the model another vocabulary, in which each new \
            piece begins as the mean of the old pieces that spell it: with --texts as these texts \
            write it, each way in its share. The result is a sentence-transformers folder.

            ajan surgery --texts corpus.jsonl.gz --out student
            ajan surgery --layers 0,2,4,6,8,10 --out student
            ajan surgery --tokenizer tr.model --text-contract tr-1 --out student
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache.", valueName: "name|dir"))
    var model: String = "multilingual-e5-small"

    @Option(help: "Layers to keep, by number from 0, separated by commas.")
    var layers: String?

    @Option(
        parsing: .upToNextOption,
        help: """
            JSON Lines files with a field 'text': keep the pieces that these texts use, or, with \
            --tokenizer, begin each piece as these texts write it.
            """)
    var texts: [String] = []

    @Option(help: "A tokenizer.json, its folder, or a SentencePiece .model.")
    var tokenizer: String?

    @Option(help: "Text contract of the result: tr-1 or tr-1-uncased.")
    var textContract: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder of the result.", valueName: "dir"))
    var out: String

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        _ = try keptLayers()
        if let textContract, TextContract.named(textContract) == nil {
            throw ValidationError(
                "--text-contract is \(quoted: textContract); write tr-1 or tr-1-uncased.")
        }
    }

    func run() throws {
        guard !FileManager.default.fileExists(atPath: out) else {
            throw ValidationError(
                "\(quoted: out) is there already; remove it or name another folder with --out.")
        }
        var change = StudentSurgery.VocabularyChange.unchanged
        let corpus = try texts.flatMap {
            try CorpusReader.texts(in: URL(fileURLWithPath: $0), field: "text")
        }
        if let tokenizer {
            change = .replaced(
                by: try UnigramVocabulary(contentsOf: URL(fileURLWithPath: tokenizer)),
                texts: corpus)
        } else if !corpus.isEmpty {
            change = .trimmed(to: corpus)
        }
        var surgery = try StudentSurgery(
            source: ModelCatalog.locate(model), layers: try keptLayers(), vocabulary: change)
        surgery.textContract = textContract
        let report = try surgery.write(to: URL(fileURLWithPath: out, isDirectory: true))
        Terminal.write(
            try json
                ? JSONText.encode(report)
                : "\(out): \(report.layers.count) layers, \(report.vocabularyAfter) vocabulary rows "
                    + "(before: \(report.vocabularyBefore)), \(report.parametersAfter) parameters "
                    + "(before: \(report.parametersBefore))")
    }

    private func keptLayers() throws -> [Int]? {
        try layers?.split(separator: ",").map { text in
            guard let number = Int(text.trimmingCharacters(in: .whitespaces)) else {
                throw ValidationError("--layers has \(quoted: text); give numbers such as 0,2,4.")
            }
            return number
        }
    }
}
