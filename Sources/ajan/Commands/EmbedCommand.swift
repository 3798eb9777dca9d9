import AjanEmbed
import ArgumentParser
import Foundation

/// `ajan embed`: texts in, vectors out.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn texts into vectors.",
        discussion: """
            Texts come as arguments, from files (one text per line, or JSONL), or from standard input \
            (-). One row leaves per text, in order, with its receipt: tokens seen, tokens kept, windows.

            ajan embed --role query "kargom ne zaman gelir?"
            ajan embed --file passages.txt --format npy --output passages.npy
            cat docs.jsonl | ajan embed - --input-format jsonl --field body > vectors.jsonl

            Search needs roles: questions are embedded with --role query, what may be found with
            --role passage (the default here).
            """)

    @OptionGroup var modelOptions: ModelOptions

    @OptionGroup var input: InputOptions

    @Option(help: "The form of the rows.")
    var format: OutputFormat = .jsonl

    @Option(name: .shortAndLong, help: "Write to a file; it appears when it is complete.")
    var output: String?

    @Option(help: "What the texts are for; decides the prompt in front of them.")
    var role: Role = .passage

    @Option(help: "What to do with texts beyond the model's length.")
    var longText: LongText = .window

    @Flag(inversion: .prefixedNo, help: "Scale vectors to length 1.")
    var normalize = true

    @Flag(help: "One JSON document; short for --format json.")
    var json = false

    func validate() throws {
        if format == .npy, output == nil, !json {
            throw ValidationError("--format npy needs --output FILE.")
        }
    }

    func run() throws {
        let source = input.source
        let model = try modelOptions.open(normalizes: normalize)
        let destination = try OutputFile(path: output)
        do {
            var writer = try EmbeddingWriter(
                format: json ? .json : format, dimensions: model.dimensions, output: destination)
            var progress = ProgressBar(total: source.knownCount, unit: "texts")
            var done = 0
            try source.forEachChunk { chunk in
                for embedding in try model.encode(chunk, role: role, longText: longText) {
                    try writer.write(embedding)
                }
                done += chunk.count
                progress.update(done)
            }
            progress.finish()
            try writer.finish()
        } catch {
            destination.abandon()
            throw error
        }
    }
}
