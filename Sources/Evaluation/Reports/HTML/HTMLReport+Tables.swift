import AjanDocuments

extension HTMLReport {
    /// Models by tasks, parameters, average.
    var resultsTable: String {
        let head =
            [heading(words.system), heading(words.parameters)]
            + report.columns.map { heading(phrases.heading($0), details: phrases.details($0)) }
            + [heading(words.average)]
        let rows = report.rows.map { row in
            [
                systemCell(row.system),
                Markup.text("td", [:], language.parameters(row.system.parameters)),
            ] + row.cells.map { $0.map(scoreCell) ?? missing }
                + [row.average.map { averageCell($0) } ?? missing]
        }
        return Markup.table(class: "results", head: head, rows: rows)
    }

    /// Variants by systems, tinted by how much is lost.
    func robustnessTable(_ table: RobustnessTable) -> String {
        let head = [heading(words.queriesTyped)] + table.rows.map { heading($0.system.name) }
        let clean =
            [Markup.text("td", [:], words.clean)]
            + table.rows.map { Markup.element("td", [:], scoreText($0.clean)) }
        let worst =
            table.rows.flatMap(\.cells).compactMap { $0?.difference.difference }
            .map(abs).max() ?? 0
        let rows = table.variants.enumerated().map { place, variant in
            [Markup.text("td", [:], language.variant(variant))]
                + table.rows.map { row in
                    row.cells[place].map { heatCell($0, worst: worst) } ?? missing
                }
        }
        return Markup.table(class: "heat", head: head, rows: [clean] + rows)
    }

    /// Systems by tasks, as differences.
    func ablationTable(_ table: AblationTable) -> String {
        let head =
            [heading("\(words.differenceTo) \(table.reference.name)")]
            + table.tasks.map { heading($0) }
        let rows = table.rows.map { row in
            [systemCell(row.system)]
                + row.cells.map { cell in
                    cell.map { differenceCell($0.difference, isSure: $0.isSignificant) } ?? missing
                }
        }
        return Markup.table(class: "ablation", head: head, rows: rows)
    }

    private var missing: String { Markup.text("td", ["title": words.notMeasured], "–") }

    private func heading(_ text: String, details: String = "") -> String {
        Markup.element(
            "th", ["scope": "col"],
            HTMLText.escaped(text) + (details.isEmpty ? "" : Markup.text("small", [:], details)))
    }

    private func systemCell(_ system: SystemDescription) -> String {
        let swatch = Markup.text(
            "span", ["class": "swatch s\(place(of: system) % ReportStyle.systemColours)"], "")
        return Markup.element("td", [:], swatch + HTMLText.escaped(system.name))
    }

    private func scoreText(_ score: Score) -> String {
        HTMLText.escaped(language.number(score.value))
            + Markup.text("small", [:], language.interval(score.low, score.high))
    }

    private func scoreCell(_ cell: Report.Cell) -> String {
        let letters = cell.letters.isEmpty ? "" : Markup.text("sup", [:], cell.letters)
        return Markup.element(
            "td", ["class": cell.isBest ? "best" : "plain"],
            HTMLText.escaped(language.number(cell.score.value)) + letters
                + Markup.text("small", [:], language.interval(cell.score.low, cell.score.high)))
    }

    private func averageCell(_ score: Score) -> String {
        Markup.element("td", ["class": "average"], scoreText(score))
    }

    private func heatCell(_ cell: RobustnessTable.Cell, worst: Double) -> String {
        let difference = cell.difference.difference
        let share = worst > 0 ? Int((abs(difference) / worst * 60).rounded()) : 0
        let signed = Markup.text(
            "small", ["class": cell.isSignificant ? "sure" : "plain"],
            language.difference(difference))
        return Markup.element(
            "td", ["class": difference < 0 ? "loss" : "gain", "style": "--share: \(share)"],
            HTMLText.escaped(language.number(cell.score.value)) + signed)
    }

    private func differenceCell(_ difference: PairedComparison, isSure: Bool) -> String {
        let interval = language.interval(
            difference.interval.low, difference.interval.high, signed: true)
        return Markup.element(
            "td", ["class": isSure ? "sure" : "plain"],
            HTMLText.escaped(language.number(difference.difference, signed: true))
                + Markup.text("small", [:], interval))
    }
}
