import AjanDocuments

extension HTMLReport {
    /// One chart per task: systems and their intervals.
    var resultCharts: [String] {
        report.columns.enumerated().compactMap { place, column in
            let lines = report.rows.enumerated().compactMap { index, row in
                row.cells[place].map { cell in
                    line(
                        row.system,
                        IntervalChart.Mark(
                            value: cell.score.value, low: cell.score.low, high: cell.score.high,
                            system: index, name: row.system.name, letters: cell.letters))
                }
            }
            guard !lines.isEmpty else { return nil }
            return figure(phrases.heading(column), phrases.details(column), lines)
        }
    }

    /// What each way of typing costs each system.
    func robustnessChart(_ table: RobustnessTable) -> String {
        let lines = table.variants.enumerated().map { place, variant in
            IntervalChart.Line(
                label: language.variant(variant),
                marks: table.rows.compactMap { row in
                    row.cells[place].map { mark($0.difference, of: row.system) }
                })
        }
        let legend = table.rows.map { row in
            Markup.element(
                "span", [:],
                Markup.text(
                    "span",
                    ["class": "swatch s\(place(of: row.system) % ReportStyle.systemColours)"], "")
                    + HTMLText.escaped(row.system.name))
        }
        return figure(
            table.task, words.differenceToClean, lines, isDifference: true,
            legend: Markup.element("div", ["class": "legend"], legend.joined()))
    }

    /// One chart per task: differences to the reference.
    func ablationCharts(_ table: AblationTable) -> [String] {
        table.tasks.enumerated().compactMap { place, task in
            let lines = table.rows.compactMap { row in
                row.cells[place].map { line(row.system, mark($0.difference, of: row.system)) }
            }
            guard !lines.isEmpty else { return nil }
            return figure(
                task, "\(words.differenceTo) \(table.reference.name)", lines, isDifference: true)
        }
    }

    private func mark(
        _ difference: PairedComparison, of system: SystemDescription
    ) -> IntervalChart.Mark {
        IntervalChart.Mark(
            value: difference.difference, low: difference.interval.low,
            high: difference.interval.high, system: place(of: system), name: system.name)
    }

    private func line(
        _ system: SystemDescription, _ mark: IntervalChart.Mark
    ) -> IntervalChart.Line {
        IntervalChart.Line(label: system.name, marks: [mark])
    }

    private func figure(
        _ title: String, _ details: String, _ lines: [IntervalChart.Line],
        isDifference: Bool = false, legend: String = ""
    ) -> String {
        let caption = Markup.element(
            "figcaption", [:],
            Markup.text("h3", [:], title) + Markup.text("small", [:], details))
        let chart = IntervalChart(
            title: "\(title): \(words.scoresWithIntervals)", lines: lines,
            isDifference: isDifference, language: language)
        return Markup.element("figure", [:], caption + legend + chart.svg)
    }
}
