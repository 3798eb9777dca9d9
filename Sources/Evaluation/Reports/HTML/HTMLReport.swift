import AjanDocuments

/// A report as one HTML page that needs nothing else: no script, no font, no network.
package struct HTMLReport {
    let phrases: ReportPhrases

    package init(_ report: Report, language: ReportLanguage) {
        phrases = ReportPhrases(report: report, language: language)
    }

    var report: Report { phrases.report }
    var language: ReportLanguage { phrases.language }
    var words: ReportWords { phrases.words }

    /// The whole page.
    package var text: String {
        let head = Markup.element(
            "head", [:],
            Markup.element("meta", ["charset": "utf-8"])
                + Markup.element(
                    "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
                + Markup.text("title", [:], "\(words.title): ajan-embed")
                + Markup.element("style", [:], ReportStyle.sheet))
        let main = Markup.element(
            "main", [:],
            [header, results, robustness, ablation, methods].filter { !$0.isEmpty }
                .joined(separator: "\n"))
        let page = Markup.element(
            "html", ["lang": language.rawValue], head + Markup.element("body", [:], main))
        return "<!DOCTYPE html>\n\(page)\n"
    }

    private var header: String {
        let findings = phrases.findings.map {
            Markup.element(
                "li", [:], Markup.text("b", [:], $0.task) + HTMLText.escaped($0.sentence))
        }
        return Markup.element(
            "header", [:],
            Markup.text("p", ["class": "kicker"], "ajan-embed")
                + Markup.text("h1", [:], words.title)
                + Markup.text("p", ["class": "subtitle"], phrases.subtitle)
                + (findings.isEmpty
                    ? "" : Markup.element("ul", ["class": "findings"], findings.joined())))
    }

    private var results: String {
        let remark = phrases.hasSTS17 ? Markup.text("p", ["class": "note"], words.sts17Remark) : ""
        return section(
            words.results,
            Markup.text("p", ["class": "note"], words.resultsNote) + resultsTable + remark
                + Markup.element("div", ["class": "charts"], resultCharts.joined()))
    }

    private var robustness: String {
        guard !report.robustness.isEmpty else { return "" }
        let parts = report.robustness.map { table in
            Markup.text("h3", [:], "\(table.task), \(language.metric(table.mainScore))")
                + Markup.element(
                    "div", ["class": "pair"], robustnessTable(table) + robustnessChart(table))
        }
        return section(
            words.robustness,
            Markup.text("p", ["class": "note"], words.robustnessNote) + parts.joined())
    }

    private var ablation: String {
        guard let table = report.ablation else { return "" }
        return section(
            words.ablation,
            Markup.text("p", ["class": "note"], words.ablationNote) + ablationTable(table)
                + Markup.element("div", ["class": "charts"], ablationCharts(table).joined()))
    }

    private var methods: String {
        let items = (words.method + [phrases.resampling]).map { Markup.text("li", [:], $0) }
        let rows = report.rows.map { row in
            [
                Markup.text("td", [:], row.system.name),
                Markup.text("td", [:], phrases.settings(row.system)),
            ]
        }
        return section(
            words.methods,
            Markup.element("ul", ["class": "methods"], items.joined())
                + Markup.table(
                    class: "settings",
                    head: [words.system, words.settings].map { Markup.text("th", [:], $0) },
                    rows: rows))
    }

    private func section(_ title: String, _ content: String) -> String {
        Markup.element("section", [:], Markup.text("h2", [:], title) + content)
    }

    /// The colour of a system is its place among the rows.
    func place(of system: SystemDescription) -> Int {
        report.rows.firstIndex { $0.system == system } ?? 0
    }
}
