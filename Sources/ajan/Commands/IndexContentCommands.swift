import AjanRetrieval
import AjanTurkishText
import ArgumentParser
import Foundation

/// `ajan index stats`: what an index holds.
struct IndexStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show what an index holds, how large it is, what made it.")

    @Argument(help: "The index.")
    var index: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let directory = IndexDirectory(URL(fileURLWithPath: index))
        let statistics = try IndexReader(directory, embedder: nil, threads: 1).statistics()
        Terminal.write(try json ? JSONText.encode(statistics) : text(of: statistics))
    }

    private func text(of statistics: IndexStatistics) -> String {
        let kinds = statistics.kinds.sorted { $0.key < $1.key }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let settings = statistics.settings
        let fingerprint = statistics.fingerprint
        let profile = statistics.profile
        func megabytes(_ byteCount: Int) -> String {
            String(format: "%.1f MB", Double(byteCount) / 1e6)
        }
        let rows = [
            ("files", "\(statistics.sources) (\(kinds))"),
            ("documents", "\(statistics.documents)"),
            (
                "passages",
                String(format: "\(statistics.passages), %.0f tokens each", statistics.meanTokens)
                    + ", at most \(settings.passageTokens), overlap \(settings.overlapTokens)"
            ),
            ("stemming", settings.stemming.rawValue),
            (
                "model",
                "\(fingerprint.model) [\(fingerprint.modelSHA256.prefix(12))], "
                    + "\(fingerprint.dimensions) dimensions, \(fingerprint.precision)"
            ),
            (
                "search",
                profile.mode.rawValue
                    + (profile.mode == .hybrid ? " (\(profile.fusion.name))" : "")
                    + (profile.calibration == nil ? ", not tuned" : ", with chances")
            ),
            (
                "size",
                "texts and words \(megabytes(statistics.databaseByteCount)), "
                    + "vectors \(megabytes(statistics.vectorByteCount)), "
                    + "graph \(megabytes(statistics.graphByteCount))"
            ),
            ("update", "\(statistics.generation)"),
            ("follows", statistics.roots.joined(separator: ", ")),
        ]
        return rows.map { name, value in
            name.padding(toLength: 11, withPad: " ", startingAt: 0) + value
        }
        .joined(separator: "\n")
    }
}

/// `ajan index list`: the documents of an index.
struct IndexListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the documents of an index.")

    @Argument(help: "The index.")
    var index: String

    @Flag(help: "One JSON object per document.")
    var json = false

    private static let pageCount = 1000

    func run() throws {
        let directory = IndexDirectory(URL(fileURLWithPath: index))
        let reader = try IndexReader(directory, embedder: nil, threads: 1)
        var last: Int64 = 0
        while true {
            let page = try reader.documents(after: last, limit: Self.pageCount)
            guard let end = page.last else { return }
            for document in page {
                Terminal.write(
                    try json ? JSONText.encode(document, pretty: false) : line(document))
            }
            last = end.id
        }
    }

    private func line(_ document: DocumentSummary) -> String {
        let record = document.name.isEmpty ? "" : "#\(document.name)"
        return "\(document.id)\t\(document.passages)\t\(document.path)\(record)"
            + "\t\(document.title ?? "")"
    }
}
