import Foundation

/// The result of `ajan eval` for a terminal and for programs.
package struct RunSummary: Encodable {
    package let run: EvaluationRun

    package init(_ run: EvaluationRun) {
        self.run = run
    }

    /// A table of main scores with their intervals, then the robustness table.
    package var text: String {
        var table = TextTable(
            ["task", "score", "value", "95% interval", "units", "seconds"],
            rightAligned: [2, 4, 5])
        for task in run.tasks {
            guard let main = task.main else { continue }
            table.add([
                task.task, task.mainScore, Self.format(main.value), Self.interval(main),
                String(task.units.count), String(format: "%.1f", task.seconds),
            ])
        }
        var parts = ["\(run.system.name) (\(settings))", table.text]
        if !run.robustness.isEmpty { parts.append(robustnessTable) }
        if let embedding = run.embedding { parts.append(Self.receipt(embedding)) }
        return parts.joined(separator: "\n\n")
    }

    private var settings: String {
        ([run.system.kind]
            + run.system.settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
            .joined(separator: ", ")
    }

    private var robustnessTable: String {
        var table = TextTable(
            ["task", "queries", "value", "difference", "95% interval of the difference"],
            rightAligned: [2, 3])
        for row in run.robustness {
            let interval = row.difference.interval
            table.add([
                row.task, row.variant, Self.format(row.score.value),
                String(format: "%+.3f", row.difference.difference),
                String(format: "%+.3f … %+.3f", interval.low, interval.high),
            ])
        }
        return table.text
    }

    private static func receipt(_ embedding: EmbeddingStore.Statistics) -> String {
        var parts = [
            "\(embedding.texts) texts, \(embedding.tokens) tokens",
            "\(embedding.computed) embedded now in \(String(format: "%.1f", embedding.seconds)) s",
        ]
        if embedding.truncated > 0 { parts.append("\(embedding.truncated) cut off") }
        if embedding.windowed > 0 { parts.append("\(embedding.windowed) read in windows") }
        return parts.joined(separator: "; ")
    }

    private static func format(_ value: Double) -> String {
        String(format: "%.3f", value)
    }

    private static func interval(_ score: Score) -> String {
        String(format: "%.3f … %.3f", score.low, score.high)
    }

    // MARK: JSON

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// System, and for each task every metric under its own name with `<metric>_interval` beside
    /// it. When one task was run, its metrics stand at the top level too.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(run.system, forKey: Key("system"))
        try container.encodeIfPresent(run.embedding, forKey: Key("embedding"))
        try container.encode(run.robustness, forKey: Key("robustness"))
        var list = container.nestedUnkeyedContainer(forKey: Key("tasks"))
        for task in run.tasks {
            var item = list.nestedContainer(keyedBy: Key.self)
            try item.encode(task.task, forKey: Key("task"))
            try item.encode(task.mainScore, forKey: Key("main_score_name"))
            try item.encode(task.units.count, forKey: Key("units"))
            try item.encode(task.documents, forKey: Key("documents"))
            try item.encode(task.seconds, forKey: Key("seconds"))
            try Self.encode(task, into: &item)
        }
        guard run.tasks.count == 1 else { return }
        try Self.encode(run.tasks[0], into: &container)
    }

    private static func encode(
        _ task: TaskScores, into container: inout KeyedEncodingContainer<Key>
    ) throws {
        try container.encodeIfPresent(task.main?.value, forKey: Key("main_score"))
        for (name, score) in task.scores {
            try container.encode(score.value, forKey: Key(name))
            try container.encode([score.low, score.high], forKey: Key("\(name)_interval"))
        }
    }
}
