import AjanEmbed
public import ArgumentParser
import Foundation

/// `ajan quantize`: an int8 folder that opens at once.
struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Write the int8 form of a model: smaller, and open in milliseconds.",
        discussion: """
            Models run in int8 by default; opening one the first time quantises and packs its layers \
            and reads its tokenizer. The folder written here has that done: it is mapped as it is.

            ajan quantize multilingual-e5-small ./e5-small-int8
            ajan embed --model ./e5-small-int8 --role query "kargom ne zaman gelir?"

            Word embeddings become int8 rows too; --embeddings stored keeps them, and then the vectors \
            are those of the source in int8, bit by bit. f32 needs the source.
            """)

    @Argument(
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache.", valueName: "name|dir"))
    var model: String

    @Argument(help: ArgumentHelp("The folder to write; it must not exist.", valueName: "dir"))
    var output: String

    @Option(help: "Word embeddings: int8 rows, or as they are stored.")
    var embeddings: ModelQuantizer.Embeddings = .int8

    @Option(help: "Threads at most. Default: what affinity and the container's quota allow.")
    var threads: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = try ModelQuantizer.quantize(
            ModelCatalog.locate(model), into: URL(fileURLWithPath: output, isDirectory: true),
            embeddings: embeddings, threads: threads)
        Terminal.write(try json ? JSONText.encode(report) : Self.sentence(of: report, output))
    }

    private static func sentence(of report: ModelQuantizer.Report, _ output: String) -> String {
        func megabytes(_ count: Int) -> String { (Double(count) / 1e6).formatted(digits: 1) }
        return "\(output): weights \(megabytes(report.sourceByteCount)) MB -> "
            + "\(megabytes(report.targetByteCount)) MB"
            + (report.mapsTokenizer ? ", tokenizer mapped" : "")
    }
}

extension ModelQuantizer.Embeddings: ExpressibleByArgument {}
