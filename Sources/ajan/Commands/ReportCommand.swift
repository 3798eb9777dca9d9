import AjanCompute
import AjanEvaluation
import ArgumentParser
import Foundation

/// `ajan report`: runs side by side.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Put runs side by side: scores, significance, robustness, ablation.",
        discussion: """
            Prints Markdown, or writes the forms that --output names by their endings: .md, .json, and \
            .html for one page with charts that needs no network. Systems of a column that share a letter \
            cannot be told apart. Differences are to the first run, or to the one that --reference names.

            ajan report runs/*.json
            ajan report runs/*.json --output report.html report.md --language tr
            ajan report runs/base.json runs/student.json --reference base --json
            """)

    @Argument(help: "Run files, written by `ajan eval`, in the order of the rows.")
    var runs: [String]

    @Option(
        name: .shortAndLong, parsing: .upToNextOption,
        help: ArgumentHelp("Files to write, ending in .md, .json or .html.", valueName: "file"))
    var output: [String] = []

    @Option(help: "Language of the report.")
    var language: ReportLanguage = .english

    @Option(help: ArgumentHelp("Name of the run that others are compared with.", valueName: "name"))
    var reference: String?

    @Flag(help: "Print JSON.")
    var json = false

    private enum Form: String {
        case markdown = "md"
        case json
        case html
    }

    func validate() throws {
        for file in output where Self.form(of: file) == nil {
            throw ValidationError("--output \(quoted: file) must end in .md, .json or .html.")
        }
    }

    func run() throws {
        let report = try Report(
            runs.map { try EvaluationRun(contentsOf: URL(fileURLWithPath: $0)) },
            reference: reference)
        for file in output {
            guard let form = Self.form(of: file) else { continue }
            try ResultFile.write(
                Data(try text(report, form).utf8), to: URL(fileURLWithPath: file))
        }
        if output.isEmpty || json { Terminal.write(try text(report, json ? .json : .markdown)) }
    }

    private func text(_ report: Report, _ form: Form) throws -> String {
        switch form {
        case .markdown: MarkdownReport(report, language: language).text
        case .json: try JSONText.encode(report)
        case .html: HTMLReport(report, language: language).text
        }
    }

    private static func form(of file: String) -> Form? {
        Form(rawValue: URL(fileURLWithPath: file).pathExtension)
    }
}

extension ReportLanguage: ExpressibleByArgument {}
