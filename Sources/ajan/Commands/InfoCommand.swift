import AjanCompute
import AjanEmbed
import ArgumentParser
import Foundation

/// `ajan info`: what a model is.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract:
            "Show what a model is: architecture, size, pooling, prompts, licence, fingerprint.",
        discussion: """
            ajan info
            ajan info --model ./my-model --json
            """)

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache.", valueName: "name|dir"))
    var model: String = ModelCatalog.defaultModel

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let info = try ModelInfo(ModelCatalog.locate(model))
        Terminal.write(try json ? JSONText.encode(info) : Self.table(of: info))
    }

    private static func table(of info: ModelInfo) -> String {
        let millions = Double(info.parameters) / 1e6
        var rows: [(String, String)] = [
            ("folder", info.folder),
            ("architecture", info.architecture),
            ("parameters", "\(millions.formatted(digits: 1)) million, stored as \(info.storedAs)"),
            (
                "shape",
                "\(info.layers) layers, hidden \(info.hiddenSize), \(info.attentionHeads) heads, "
                    + "feed-forward \(info.intermediateSize)"
            ),
            ("vocabulary", "\(info.vocabularySize) rows"),
            ("length", "\(info.maxTokens) tokens per window"),
            ("vector", "\(info.dimensions) numbers: \(info.head.joined(separator: ", "))"),
            ("query prompt", info.queryPrompt.isEmpty ? "none" : "\(quoted: info.queryPrompt)"),
            (
                "passage prompt",
                info.passagePrompt.isEmpty ? "none" : "\(quoted: info.passagePrompt)"
            ),
            ("licence", info.licence ?? "not stated"),
            ("fingerprint", "sha256:\(info.fingerprint)"),
        ]
        rows += info.assumptions.map { ("assumed", $0) }
        return rows.map { $0.0.rightPadded(to: 16) + $0.1 }.joined(separator: "\n")
    }
}

extension Double {
    /// With a fixed number of digits after the point.
    func formatted(digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
