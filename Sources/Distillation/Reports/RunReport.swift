import AjanCompute
import AjanDocuments
import Foundation

/// The page that shows how a run went: curves and settings in one HTML file that asks nothing of
/// the network.
struct RunReport {
    private let folder: RunFolder
    private let recipe: Recipe

    init(_ folder: RunFolder, recipe: Recipe) {
        self.folder = folder
        self.recipe = recipe
    }

    /// Draws what the log holds so far.
    func write() throws {
        let html = Data(page(RunLog.entries(at: folder.log)).utf8)
        try AtomicFile.write(to: folder.report) { try $0.write(contentsOf: html) }
    }

    private static let style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 44rem; \
        padding: 0 1rem; color: #1f2937; background: #fff }
        svg { width: 100%; height: auto; margin: .5rem 0 1rem }
        svg text { font-size: 11px; fill: #4b5563 } svg .title { font-size: 13px; fill: #111827 }
        svg .grid { stroke: #e5e7eb } svg .y { text-anchor: end; dominant-baseline: middle }
        table { border-collapse: collapse; width: 100% }
        td, th { text-align: left; padding: .15rem .6rem .15rem 0; border-bottom: 1px solid #e5e7eb }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
        pre { background: #f3f4f6; padding: .8rem; overflow-x: auto; font-size: 12px }
        """

    private func page(_ entries: [RunLog.Entry]) -> String {
        var (steps, measurements): ([TrainingStep], [StudentMeasurement]) = ([], [])
        for entry in entries {
            switch entry {
            case .step(let step): steps.append(step)
            case .measurement(let measurement): measurements.append(measurement)
            }
        }
        let name = HTMLText.escaped(recipe.name)
        let charts = charts(steps, measurements).compactMap(\.svg).joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(name)</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            \(Self.style)
            </style></head><body>
            <h1>\(name)</h1>
            <p>\(HTMLText.escaped(summary(steps)))</p>
            \(charts)
            <h2>Measurements</h2>
            \(table(measurements))
            <h2>Recipe</h2>
            <pre>\(HTMLText.escaped(recipeText))</pre>
            </body></html>

            """
    }

    private func summary(_ steps: [TrainingStep]) -> String {
        guard let last = steps.last else { return "No step was taken yet." }
        let tokens = steps.reduce(0) { $0 + $1.tokens }
        let seconds = steps.reduce(0) { $0 + $1.seconds }
        return "Step \(last.step) of \(last.steps), \(tokens) tokens in "
            + String(format: "%.0f s, %.0f tokens/s.", seconds, Double(tokens) / max(seconds, 1e-9))
    }

    private func charts(_ steps: [TrainingStep], _ measurements: [StudentMeasurement])
        -> [CurveChart]
    {
        func curve(_ name: String, _ value: (TrainingStep) -> Double) -> CurveChart {
            CurveChart(
                title: name,
                curves: [.init(name: name, points: steps.map { (Double($0.step), value($0)) })])
        }
        func measured(_ name: String, _ value: (StudentMeasurement) -> Double) -> CurveChart {
            CurveChart(
                title: name,
                curves: [
                    .init(name: name, points: measurements.map { (Double($0.step), value($0)) })
                ])
        }
        let tasks = measurements.first?.retrieval.keys.sorted() ?? []
        let retrieval = CurveChart(
            title: "nDCG@10 of the watched tasks",
            curves: tasks.map { task in
                .init(
                    name: task,
                    points: measurements.compactMap { entry in
                        entry.retrieval[task].map { (Double(entry.step), $0) }
                    })
            })
        return [
            curve("loss", \.loss),
            measured("cosine to the teacher, held-out texts", \.heldOutCosine),
            measured("mean squared error, held-out texts", \.heldOutMSE), retrieval,
            curve("learning rate", \.learningRate), curve("gradient norm", \.gradientNorm),
            curve("tokens per second", \.tokensPerSecond),
        ]
    }

    private func table(_ measurements: [StudentMeasurement]) -> String {
        let tasks = measurements.first?.retrieval.keys.sorted() ?? []
        let header = (["step", "held-out cosine", "held-out MSE"] + tasks)
            .map { "<th class=\"n\">\(HTMLText.escaped($0))</th>" }.joined()
        let rows = measurements.map { entry in
            let numbers =
                [
                    String(entry.step), String(format: "%.4f", entry.heldOutCosine),
                    String(format: "%.3g", entry.heldOutMSE),
                ] + tasks.map { String(format: "%.4f", entry.retrieval[$0] ?? .nan) }
            return "<tr>" + numbers.map { "<td class=\"n\">\($0)</td>" }.joined() + "</tr>"
        }
        return "<table><tr>\(header)</tr>\n\(rows.joined(separator: "\n"))</table>"
    }

    private var recipeText: String {
        String(decoding: (try? JSONFile.data(recipe)) ?? Data(), as: UTF8.self)
    }
}
