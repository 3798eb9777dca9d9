import AjanDocuments

/// The report of a build, in Markdown for people and repositories and in HTML with charts.
/// Everything is in the one file; nothing is fetched.
struct CorpusReport {
    let manifest: SnapshotManifest
    let survey: CorpusSurvey

    // MARK: Markdown

    func markdown() -> String {
        var text = """
            # Corpus \(manifest.name)

            \(manifest.records) records (\(manifest.unit)), \(manifest.textByteCount) bytes of text, \
            \(manifest.shards.count) shards, seed \(manifest.seed).

            ## Stages

            | stage | unit | in | out | why |
            |---|---|---:|---:|---|

            """
        for stage in manifest.stages {
            text +=
                "| \(stage.name) | \(stage.unit) | \(stage.taken) | \(stage.given) | "
                + "\(reasons(stage)) |\n"
        }
        text += "\n## Sources\n\n| source | documents | broken | texts | kept |\n"
        text += "|---|---:|---:|---:|---:|\n"
        for (place, source) in survey.sources.enumerated() {
            let tally = survey.tallies[place]
            text +=
                "| \(source) | \(tally.documents) | \(tally.broken) | \(tally.units) | "
                + "\(survey.kept[place]) |\n"
        }
        text += "\n## Lengths (characters)\n\n| from | records |\n|---:|---:|\n"
        for (floor, count) in lengths { text += "| \(floor) | \(count) |\n" }
        for (title, entries) in samples {
            text += "\n## \(title)\n\n"
            for entry in entries { text += "- \(entry.source): \(quoted(entry.text))\n" }
        }
        return text
    }

    private func reasons(_ stage: SnapshotManifest.Stage) -> String {
        stage.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// One line of plain text that no Markdown reader takes for markup.
    private func quoted(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return "`" + line.replacing("`", with: "'") + "`"
    }

    /// Least length and count of every class between the first and the last that is not empty.
    private var lengths: [(Int, Int)] {
        guard let first = survey.lengths.firstIndex(where: { $0 > 0 }),
            let last = survey.lengths.lastIndex(where: { $0 > 0 })
        else { return [] }
        return (first...last).map { (CorpusSurvey.lengthFloor($0), survey.lengths[$0]) }
    }

    private var samples: [(String, [SampleKeeper.Entry])] {
        [("Kept, 20 at random", survey.keptSample.entries)]
            + DropReason.allCases.compactMap { reason in
                survey.samples[reason.rawValue].map {
                    ("Dropped: \(reason.rawValue), 20 at random", $0.entries)
                }
            }
    }

    // MARK: HTML

    func html() -> String {
        let total = survey.total
        let dropped = DropReason.allCases.map { ($0.rawValue, total.count($0)) }
            .filter { $0.1 > 0 }
        var body = """
            <h1>\(HTMLText.escaped(manifest.name))</h1>
            <p>\(manifest.records) records (\(manifest.unit)), \(manifest.textByteCount) bytes of
            text, \(manifest.shards.count) shards, seed \(manifest.seed).</p>
            <h2>What was dropped, and why</h2>
            \(BarChart(rows: dropped).svg())
            <h2>What was kept, by source</h2>
            \(BarChart(rows: Array(zip(survey.sources, survey.kept))).svg())
            <h2>Lengths of the records, in characters</h2>
            \(BarChart(rows: lengths.map { ("from \($0.0)", $0.1) }).svg())
            <h2>Stages</h2>
            <table><tr><th>stage<th>unit<th>in<th>out<th>why</tr>
            """
        for stage in manifest.stages {
            body +=
                "<tr><td>\(stage.name)<td>\(stage.unit)<td>\(stage.taken)<td>\(stage.given)"
                + "<td>\(HTMLText.escaped(reasons(stage)))</tr>\n"
        }
        body += "</table>\n"
        for (title, entries) in samples {
            body += "<details><summary>\(HTMLText.escaped(title))</summary><ul>\n"
            for entry in entries {
                body +=
                    "<li><b>\(HTMLText.escaped(entry.source))</b> "
                    + "\(HTMLText.escaped(entry.text))</li>\n"
            }
            body += "</ul></details>\n"
        }
        return Self.page(title: "Corpus \(manifest.name)", body: body)
    }

    private static func page(title: String, body: String) -> String {
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>\(HTMLText.escaped(title))</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }
        table { border-collapse: collapse } td, th { padding: 2px 10px; text-align: left }
        tr { border-bottom: 1px solid #ddd } rect { fill: #3b6ea5 } text { font-size: 13px }
        </style>
        \(body)
        </html>

        """
    }
}
