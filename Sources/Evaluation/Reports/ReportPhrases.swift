/// Sentences and cells that Markdown and HTML share.
struct ReportPhrases {
    let report: Report
    let language: ReportLanguage

    var words: ReportWords { language.words }

    /// "6 systems, 5 tasks, 2026-11-25".
    var subtitle: String {
        let tasks = report.columns.count { $0.subsets == 1 }
        return "\(report.rows.count) \(words.systems), \(tasks) \(words.tasks), "
            + report.day
    }

    /// For each averaged task the best system, and which others cannot be told from it.
    var findings: [(task: String, sentence: String)] {
        report.columns.enumerated().compactMap { place, column in
            let cells = report.rows.compactMap { row in
                row.cells[place].map { (name: row.system.name, cell: $0) }
            }
            guard column.isAveraged, cells.count > 1,
                let best = cells.max(by: { $0.cell.score.value < $1.cell.score.value })
            else { return nil }
            let tied = cells.filter { $0.name != best.name && $0.cell.isBest }.map(\.name)
            let rest = tied.isEmpty ? words.alone : "\(words.tied) \(tied.joined(separator: ", "))"
            return (
                column.task,
                "\(words.best): \(best.name), \(language.number(best.cell.score.value)); \(rest)."
            )
        }
    }

    /// "nDCG@10, 1,024 queries, 1,213 documents".
    func details(_ column: Report.Column) -> String {
        let isPairs = column.kind != .retrieval
        var parts = [
            language.metric(column.mainScore),
            "\(language.count(column.units)) \(isPairs ? words.pairs : words.queries)",
        ]
        if column.documents > 0 {
            parts.append("\(language.count(column.documents)) \(words.documents)")
        }
        return parts.joined(separator: ", ")
    }

    /// The name over a column.
    func heading(_ column: Report.Column) -> String {
        column.subsets > 1 ? "\(column.task) (\(words.meanOf) \(column.subsets))" : column.task
    }

    /// Whether the report shows STS17, whose published numbers need a remark.
    var hasSTS17: Bool { report.columns.contains { $0.task.hasPrefix("STS17") } }

    /// "precision int8, longText window".
    func settings(_ system: SystemDescription) -> String {
        ([system.kind] + system.settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
            .joined(separator: ", ")
    }

    /// "5,000 resamples, seed 20261124".
    var resampling: String {
        "\(language.count(report.resampling.replicates)) \(words.resamples), "
            + "\(words.seed) \(report.resampling.seed)"
    }
}
