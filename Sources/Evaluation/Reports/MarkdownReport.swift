/// A report as Markdown, for model cards and pull requests.
package struct MarkdownReport {
    private let phrases: ReportPhrases

    package init(_ report: Report, language: ReportLanguage) {
        phrases = ReportPhrases(report: report, language: language)
    }

    private var report: Report { phrases.report }
    private var language: ReportLanguage { phrases.language }
    private var words: ReportWords { phrases.words }

    /// The whole document.
    package var text: String {
        var parts = ["# \(words.title)", phrases.subtitle, results]
        parts += report.robustness.enumerated().map { robustness($1, isFirst: $0 == 0) }
        if let ablation = report.ablation { parts.append(self.ablation(ablation)) }
        parts.append(methods)
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var results: String {
        let header =
            [words.system, words.parameters]
            + report.columns.map { "\(phrases.heading($0)) (\(language.metric($0.mainScore)))" }
            + [words.average]
        let rows = report.rows.map { row in
            [Self.escaped(row.system.name), language.parameters(row.system.parameters)]
                + row.cells.map { cell in
                    cell.map { score($0.score, isBold: $0.isBest, suffix: $0.letters) } ?? "–"
                } + [row.average.map { score($0) } ?? "–"]
        }
        var parts = ["## \(words.results)", words.resultsNote, Self.table(header, rows)]
        if phrases.hasSTS17 { parts.append(words.sts17Remark) }
        let findings = phrases.findings.map { "- \($0.task): \(Self.escaped($0.sentence))" }
        if !findings.isEmpty { parts.append(findings.joined(separator: "\n")) }
        return parts.joined(separator: "\n\n")
    }

    private func robustness(_ table: RobustnessTable, isFirst: Bool) -> String {
        let header = [words.queriesTyped] + table.rows.map { Self.escaped($0.system.name) }
        let clean = [words.clean] + table.rows.map { score($0.clean) }
        let rows = table.variants.enumerated().map { place, variant in
            [language.variant(variant)]
                + table.rows.map { row in
                    row.cells[place].map { cell in
                        "\(language.number(cell.score.value)), "
                            + difference(cell.difference, isBold: cell.isSignificant)
                    } ?? "–"
                }
        }
        let heading = "## \(words.robustness): \(table.task) (\(language.metric(table.mainScore)))"
        return
            ([heading] + (isFirst ? [words.robustnessNote] : [])
            + [Self.table(header, [clean] + rows)]).joined(separator: "\n\n")
    }

    private func ablation(_ table: AblationTable) -> String {
        let rows = table.rows.map { row in
            [Self.escaped(row.system.name)]
                + row.cells.map { cell in
                    cell.map { difference($0.difference, isBold: $0.isSignificant) } ?? "–"
                }
        }
        let header = ["\(words.differenceTo) \(Self.escaped(table.reference.name))"] + table.tasks
        return [
            "## \(words.ablation)", words.ablationNote, Self.table(header, rows),
        ].joined(separator: "\n\n")
    }

    private var methods: String {
        let systems = report.rows.map { row in
            "- \(Self.escaped(row.system.name)): \(Self.escaped(phrases.settings(row.system)))"
        }
        return [
            "## \(words.methods)",
            (words.method + [phrases.resampling]).map { "- \($0)" }.joined(separator: "\n"),
            "### \(words.settings)", systems.joined(separator: "\n"),
        ].joined(separator: "\n\n")
    }

    private func score(_ score: Score, isBold: Bool = false, suffix: String = "") -> String {
        let value = language.number(score.value)
        let interval = language.interval(score.low, score.high)
        let text = "\(isBold ? "**\(value)**" : value) (\(interval))"
        return suffix.isEmpty ? text : "\(text) \(suffix)"
    }

    private func difference(_ difference: PairedComparison, isBold: Bool) -> String {
        guard difference.difference != 0 || difference.standardError > 0 else { return "=" }
        let value = language.number(difference.difference, signed: true)
        let interval = language.interval(
            difference.interval.low, difference.interval.high, signed: true)
        return "\(isBold ? "**\(value)**" : value) (\(interval))"
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let rule = header.indices.map { $0 == 0 ? "---" : "---:" }
        return ([header, rule] + rows).map { "| \($0.joined(separator: " | ")) |" }
            .joined(separator: "\n")
    }

    /// Names come from run files: they must not break a table or start a tag.
    private static func escaped(_ text: String) -> String {
        text.map { "\\|`*_<>[]".contains($0) ? "\\\($0)" : $0.isNewline ? " " : String($0) }
            .joined()
    }
}
