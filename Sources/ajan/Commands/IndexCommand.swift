import AjanCompute
import AjanDocuments
import AjanEmbed
import AjanRetrieval
import AjanTurkishText
import ArgumentParser
import Foundation

/// `ajan index`: make an index of documents, keep it up to date, check it.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Index folders and files for `ajan search`.",
        discussion: """
            Reads text, Markdown, HTML, PDF, office documents (.docx .odt .pptx .udf), JSONL and \
            CSV, cuts them into passages on sentence boundaries and embeds them. Run again, it \
            embeds only what changed; killed, it goes on where it was.

            ajan index belgeler/ --out my.index
            ajan index --out my.index                (brings all its folders up to date)
            ajan index verify my.index               (also: stats, list)
            """,
        subcommands: [
            Update.self, Verify.self, IndexStatsCommand.self, IndexListCommand.self,
        ],
        defaultSubcommand: Update.self)

    /// Makes or updates an index.
    struct Update: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Make an index or bring it up to date (the default).")

        @OptionGroup var modelOptions: ModelOptions

        @Argument(help: "Files and folders to follow from now on.")
        var paths: [String] = []

        @Option(name: .shortAndLong, help: "The index: a directory of its own.")
        var out: String

        @Option(help: "Tokens of a passage at most. Default: 256.")
        var passageTokens: Int?

        @Option(help: "Tokens at most that a passage repeats of the one before. Default: 32.")
        var overlap: Int?

        @Option(help: "How words are cut for BM25. Default: first-five (letters).")
        var stemming: SearchTokenizer.Stemming?

        @Option(help: "Files or folders to follow no longer.")
        var forget: [String] = []

        @Option(
            parsing: .upToNextOption,
            help: """
                Fields of JSONL and columns of tables that make the text, all of them. Default: \
                the first of \(RecordFields().text.joined(separator: ", ")).
                """)
        var textField: [String] = []

        @Option(
            help: "Field of the title. Default: \(RecordFields().title.joined(separator: ", ")).")
        var titleField: String?

        @Option(help: "Field of the id. Default: \(RecordFields().id.joined(separator: ", ")).")
        var idField: String?

        @Option(
            help: "Passages from which on dense search goes through an HNSW graph.")
        var graphFrom: Int = IndexWriter.graphFromDefault

        @Flag(help: "Compute all vectors anew with --model; texts come from the index.")
        var reembed = false

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            if reembed, !paths.isEmpty || !forget.isEmpty {
                throw ValidationError("--reembed changes no texts; give it no paths.")
            }
            if (paths + forget).contains("") {
                throw ValidationError("a path is empty; is a variable of the shell not set?")
            }
            if paths.isEmpty, !IndexDirectory(URL(fileURLWithPath: out)).exists {
                throw ValidationError(
                    "there is no index at \(quoted: out); to make one, name what it shall hold: "
                        + "ajan index FOLDER --out \(out)")
            }
            for path in paths where !FileManager.default.fileExists(atPath: path) {
                throw ValidationError("\(quoted: path): there is no such file or folder.")
            }
        }

        func run() throws {
            let directory = IndexDirectory(URL(fileURLWithPath: out))
            let own = directory.exists ? try IndexReader.fingerprint(of: directory) : nil
            let known = reembed ? nil : own?.model
            let name = modelOptions.named ?? known ?? ModelCatalog.defaultModel
            var model = modelOptions
            if modelOptions.named == nil, !reembed {
                model.dimensions = modelOptions.dimensions ?? own?.dimensions
            }
            let embedder = ModelEmbedder(
                name: Self.lasting(name), encoder: try model.open(default: known))
            var writer = IndexWriter(directory: directory, embedder: embedder)
            var bar = ProgressBar(total: nil, unit: "passages embedded")
            writer.progress = { bar.update($0) }
            writer.graphFrom = max(1, graphFrom)
            let report =
                try reembed
                ? writer.reembed()
                : writer.update(
                    paths.map { URL(fileURLWithPath: $0) }, settings: settings, fields: fields,
                    forgetting: forget.map { URL(fileURLWithPath: $0) })
            bar.finish()
            for note in report.notes { Terminal.write("ajan: \(note)", to: .error) }
            Terminal.write(try json ? JSONText.encode(report) : report.sentence)
            let isWhole = [report.skipped, report.outdated, report.incomplete].allSatisfy(\.isEmpty)
            if !isWhole { throw ExitCode(1) }
        }

        /// The name of a model as it is found from any folder: paths are made absolute.
        private static func lasting(_ name: String) -> String {
            name.hasPrefix(".") ? URL(fileURLWithPath: name).standardizedFileURL.path : name
        }

        /// What the command line says about records; nil when it says nothing.
        private var fields: RecordFields? {
            guard !textField.isEmpty || titleField != nil || idField != nil else { return nil }
            return RecordFields(
                text: textField, title: [titleField].compactMap(\.self),
                id: [idField].compactMap(\.self))
        }

        /// What the command line says about passages; nil when it says nothing.
        private var settings: IndexSettings? {
            guard passageTokens != nil || overlap != nil || stemming != nil else { return nil }
            var settings = IndexSettings()
            settings.passageTokens = passageTokens ?? settings.passageTokens
            settings.overlapTokens =
                overlap ?? min(settings.overlapTokens, settings.passageTokens / 2)
            settings.stemming = stemming ?? settings.stemming
            return settings
        }
    }

    /// Checks an index.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Read a whole index and check every part of it.")

        @Argument(help: "The index.")
        var index: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let report = try IndexVerifier(IndexDirectory(URL(fileURLWithPath: index))).verify()
            for problem in report.problems where !json { Terminal.write(problem, to: .error) }
            let sound = report.generation == 0 ? "sound, but never finished" : "sound"
            let verdict = report.problems.isEmpty ? sound : "\(report.problems.count) problems"
            let text =
                "\(index): \(verdict); \(report.passages) passages of \(report.documents) "
                + "documents in \(report.sources) files, update \(report.generation)"
            Terminal.write(try json ? JSONText.encode(report) : text)
            if !report.problems.isEmpty { throw ExitCode(1) }
        }
    }
}

extension SearchTokenizer.Stemming: ExpressibleByArgument {}

extension UpdateReport {
    /// What people should know of files that were not read as they are.
    fileprivate var notes: [String] {
        var notes = Self.listed(converted).map { "converted to UTF-8: \($0)" }
        notes += skipped.map { "passed over: \($0)" }
        notes += outdated.map { "not updated, the index keeps what it had: \($0)" }
        notes += incomplete
        notes += Self.listed(empty).map { "no text in it: \($0)" }
        if links > 0 {
            notes.append("not followed: \(links) links; name what they lead to")
        }
        if !others.isEmpty {
            let kinds = others.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let listed = kinds.prefix(6).map { kind, count in
                kind.isEmpty ? "\(count) without an ending" : "\(count) .\(kind)"
            }
            let rest = kinds.count > listed.count ? ", ..." : ""
            let readable = SourceKind.endings.map { ".\($0)" }.joined(separator: " ")
            notes.append(
                "not indexed: \(listed.joined(separator: ", "))\(rest); read are \(readable)")
            if others["pdf"] != nil { notes.append(PDFReader.remedy) }
        }
        return notes
    }

    /// The first few, and how many more there are.
    private static func listed(_ items: [String]) -> [String] {
        guard items.count > 10 else { return items }
        return items.prefix(9) + ["\(items.count - 9) more; --json lists all"]
    }

    /// The report as people read it.
    fileprivate var sentence: String {
        "\(passages) passages; files: \(added) new, \(changed) changed, \(removed) gone, "
            + "\(unchanged) as before; \(embedded) passages embedded"
    }
}
