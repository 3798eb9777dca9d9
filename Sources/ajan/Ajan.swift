import AjanEmbed
import ArgumentParser
import Foundation

/// The program: parses the command line, runs one subcommand, and turns errors into one line and an
/// exit status (2 for a wrong command line, 1 for everything else).
@main
struct Ajan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ajan",
        abstract: "Turkish sentence embeddings: embed, compare, measure, distil, search, serve.",
        discussion: """
            Begin with:
              ajan embed --role query "kargom ne zaman gelir?"
              ajan similarity "kargom nerede?" "Siparişim hâlâ gelmedi." "Faturamı nasıl öderim?"
              ajan info

            Models are folders in the form of sentence-transformers. --model takes a folder, or a name \
            in the model cache (AJAN_CACHE, else ~/.cache/ajan); without it, \
            \(ModelCatalog.defaultModel) is used, which comes with the program.
            """,
        version: version,
        subcommands: [
            EmbedCommand.self,
            SimilarityCommand.self,
            TokenizeCommand.self,
            InfoCommand.self,
            IndexCommand.self,
            SearchCommand.self,
            TuneCommand.self,
            ServeCommand.self,
            MCPCommand.self,
            EvalCommand.self,
            CompareCommand.self,
            ReportCommand.self,
            CorpusCommand.self,
            SurgeryCommand.self,
            DistillCommand.self,
            QuantizeCommand.self,
            PullCommand.self,
            BenchCommand.self,
            DoctorCommand.self,
        ])

    /// Version of the program and the package.
    static let version = "0.1.0"

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(with: error)
        }
    }

    /// Prints what the user should see and ends the process.
    private static func exit(with error: any Error) -> Never {
        let isHelp = exitCode(for: error) == .success
        let isUsage = exitCode(for: error) == .validationFailure
        if isHelp || isUsage || error is ExitCode {
            let message = fullMessage(for: error)
            Terminal.write(message, to: isHelp ? .output : .error)
            Foundation.exit(isHelp ? 0 : isUsage ? 2 : exitCode(for: error).rawValue)
        }
        Terminal.write("ajan: \(ErrorText.line(for: error))", to: .error)
        Foundation.exit(1)
    }
}
