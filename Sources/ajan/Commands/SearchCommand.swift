import AjanCompute
import AjanEmbed
import AjanRetrieval
import ArgumentParser
import Foundation

/// `ajan search`: a question to an index.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search an index by meaning, by words, or both.",
        discussion: """
            ajan search my.index "kargom ne zaman gelir?"
            ajan search my.index "iade" --mode lexical --filter "yil>=2023" --filter kind=markdown
            ajan search my.index "fatura" --explain
            """)

    @OptionGroup var modelOptions: IndexModelOptions

    @Argument(help: "The index.")
    var index: String

    @Argument(help: "The question; - reads questions from standard input, one per line.")
    var query: String

    @Option(name: .shortAndLong, help: "Answers at most.")
    var limit = 10

    @OptionGroup var how: SearchOptions

    @Flag(help: "Show how each score came about, and where the time went.")
    var explain = false

    @Flag(help: "One JSON object per question.")
    var json = false

    func run() throws {
        let directory = IndexDirectory(URL(fileURLWithPath: index))
        let embedder = how.mode == .lexical ? nil : try modelOptions.open(for: directory)
        let reader = try IndexReader(directory, embedder: embedder, threads: modelOptions.threads)
        let printer = SearchPrinter(explains: explain, colours: Terminal.isInteractive(.output))
        if query == "-" {
            while let line = readLine() {
                guard !line.isEmpty else { continue }
                if !json { Terminal.write(line) }
                try answer(line, reader, printer)
            }
        } else {
            try answer(query, reader, printer)
        }
    }

    private func answer(_ text: String, _ reader: IndexReader, _ printer: SearchPrinter) throws {
        var request = SearchRequest(text)
        request.limit = limit
        try how.apply(to: &request)
        let response = try reader.search(request)
        Terminal.write(
            try json ? JSONText.encode(response, pretty: query != "-") : printer.text(of: response))
    }
}

/// How a search is done.
struct SearchOptions: ParsableArguments {
    @Option(
        help: "dense (meaning), lexical (words) or hybrid. Default: what the index was tuned to.")
    var mode: SearchMode?

    @Option(
        help: "How hybrid search joins its rankings: rrf, or the weight of meaning from 0 to 1.")
    var fusion: String?

    @Option(help: "Only documents with name=value (or != >= <= > < ~). May be repeated.")
    var filter: [String] = []

    @Flag(help: "Show each document once, with its best passage.")
    var onePerDocument = false

    @Flag(help: "Compare every vector, even where the index has a graph.")
    var exact = false

    func apply(to request: inout SearchRequest) throws {
        request.mode = mode
        request.fusion = try fusion.map(Self.fusion)
        request.filter = try MetadataFilter(filter)
        request.onePerDocument = onePerDocument
        request.exact = exact
    }

    private static func fusion(_ text: String) throws -> Fusion {
        if text == "rrf" { return .reciprocalRank }
        guard let weight = Double(text), (0...1).contains(weight) else {
            throw ValidationError(
                "--fusion is \(quoted: text); write rrf, or a weight from 0 to 1.")
        }
        return .sum(denseWeight: weight)
    }
}

extension SearchMode: ExpressibleByArgument {}

/// The model of an index, unless the command line names another.
struct IndexModelOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The model. Default: the one that the index was made with.")
    var model: String?

    @Option(help: "int8 or f32. Default: what the index was made with.")
    var precision: SentenceEncoder.Precision?

    @Option(help: "Threads at most. Default: what affinity and the container's quota allow.")
    var threads: Int?

    func open(for directory: IndexDirectory) throws -> ModelEmbedder {
        let stated = try IndexReader.fingerprint(of: directory)
        let name = model ?? stated?.model ?? ModelCatalog.defaultModel
        let options = SentenceEncoder.Options(
            precision: precision ?? (stated?.wantsF32 == true ? .f32 : .int8), threads: threads)
        do {
            return ModelEmbedder(
                name: name,
                encoder: try SentenceEncoder(ModelCatalog.locate(name), options: options))
        } catch let error as ModelError where model == nil && stated != nil {
            throw ValidationError(
                "the index was made with the model \(quoted: name), and \(error); "
                    + "say with --model where it lies now")
        }
    }
}
