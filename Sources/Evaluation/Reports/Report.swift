/// What several runs say together, before it has a form or a language.
package struct Report: Hashable, Sendable, Encodable {
    /// Day on which the newest run was made, in UTC: "2026-11-25".
    package let day: String
    package let columns: [Column]
    /// One row per run, in the order in which they were given.
    package let rows: [Row]
    /// One table per task that was asked in altered forms.
    package let robustness: [RobustnessTable]
    /// Differences to one run; nil when there is only one.
    package let ablation: AblationTable?
    package let resampling: EvaluationRun.Resampling

    /// A task, or the mean of a task's subsets.
    package struct Column: Hashable, Sendable, Encodable {
        package let task: String
        package let kind: TaskKind
        package let mainScore: String
        /// Queries or pairs; of all subsets together for a mean.
        package let units: Int
        /// Documents that were ranked; 0 for pair tasks.
        package let documents: Int
        /// Number of subsets that this column is the mean of; 1 for a task.
        package let subsets: Int
        /// Whether the average of a row counts this column.
        package let isAveraged: Bool
    }

    /// A system and its scores.
    package struct Row: Hashable, Sendable, Encodable {
        package let system: SystemDescription
        /// One cell per column; nil where the system was not measured.
        package let cells: [Cell?]
        /// Mean of the averaged columns; nil unless the system has all of them.
        package let average: Score?
    }

    /// A score in its column.
    package struct Cell: Hashable, Sendable, Encodable {
        package let score: Score
        /// Systems of a column that share a letter cannot be told apart; empty for means of subsets
        /// and for a system on its own.
        package let letters: String
        package let isBest: Bool
    }
}

/// How the scores of one task change when queries are typed differently.
package struct RobustnessTable: Hashable, Sendable, Encodable {
    package let task: String
    package let mainScore: String
    package let variants: [String]
    package let rows: [Row]

    package struct Row: Hashable, Sendable, Encodable {
        package let system: SystemDescription
        package let clean: Score
        /// One cell per variant; nil where it was not asked.
        package let cells: [Cell?]
    }

    package struct Cell: Hashable, Sendable, Encodable {
        package let score: Score
        /// Altered minus clean.
        package let difference: PairedComparison
        /// Whether the difference stands after Holm's correction over this table.
        package let isSignificant: Bool
    }
}

/// How other runs differ from one of them.
package struct AblationTable: Hashable, Sendable, Encodable {
    package let reference: SystemDescription
    package let tasks: [String]
    package let rows: [Row]

    package struct Row: Hashable, Sendable, Encodable {
        package let system: SystemDescription
        /// One cell per task; nil where one of the two was not measured.
        package let cells: [Cell?]
    }

    package struct Cell: Hashable, Sendable, Encodable {
        /// This system minus the reference.
        package let difference: PairedComparison
        /// Permutation test's p-value after Holm's correction over this table.
        package let adjustedPValue: Double
        package let isSignificant: Bool
    }
}
