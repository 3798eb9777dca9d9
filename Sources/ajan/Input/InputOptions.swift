import ArgumentParser

/// Where a command finds its texts.
struct InputOptions: ParsableArguments {
    @Argument(help: "Texts; - reads standard input.")
    var texts: [String] = []

    @Option(name: .shortAndLong, parsing: .upToNextOption, help: "Files to read texts from.")
    var file: [String] = []

    @Option(help: "How texts lie in files and standard input.")
    var inputFormat: TextFormat = .text

    @Option(help: "The field that holds the text, for --input-format jsonl.")
    var field = "text"

    func validate() throws {
        if texts.isEmpty, file.isEmpty {
            throw ValidationError("No text: give texts, --file FILE, or - for standard input.")
        }
    }

    var source: TextSource {
        TextSource(arguments: texts, files: file, format: inputFormat, field: field)
    }
}
