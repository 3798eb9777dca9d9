/// What kind of question a task asks of a model.
package enum TaskKind: String, Sendable, Codable, CaseIterable {
    /// Find the documents that answer a query; main score nDCG@10.
    case retrieval
    /// Tell how close two sentences are; main score Spearman's correlation with human scores.
    case semanticSimilarity = "sts"
    /// Find the translation of a sentence; main score F1.
    case bitextMining = "bitext"

    /// Name of the main score, as mteb writes it.
    package var mainScore: String {
        switch self {
        case .retrieval: "ndcg_at_10"
        case .semanticSimilarity: "cosine_spearman"
        case .bitextMining: "f1"
        }
    }
}

/// A task: which files, which revision, which score. Declarations are versioned, never edited: a
/// corrected data set is a new task.
package struct TaskDeclaration: Sendable, Hashable {
    /// Name of the command line and of reports, unique: `TurHistQuadRetrieval`, `STS17/en-tr`.
    package let name: String
    package let kind: TaskKind
    package let source: Source
    /// Names under which mteb files the result; subset `default` when a task has no subsets.
    package let mteb: MTEBName
    /// ISO 639-3 and script of the texts, e.g. `tur-Latn`.
    package let languages: [String]
    /// Folders that may hold the data, below a data root.
    package let folders: [String]
    package let licence: String
    package let citation: String

    /// Whether the task judges queries of another task once more: it is no further evidence in an
    /// average.
    package var isVariant: Bool {
        if case .beir(_, judgedOnly: true) = source { return true }
        return false
    }

    /// Which files of the folder hold the task.
    package enum Source: Sendable, Hashable {
        /// BEIR-style: judgments in `qrels`; `judgedOnly` ranks only documents that they name.
        case beir(qrels: String, judgedOnly: Bool)
        /// The first of these JSONL files of sentence pairs that exists.
        case pairs(files: [String])
    }

    /// Coordinates of a result in mteb.
    package struct MTEBName: Sendable, Hashable, Codable {
        package let task: String
        package let subset: String
        package let split: String
        /// Revision of the data set that mteb pins for this task.
        package let revision: String

        package init(
            task: String, subset: String = "default", split: String = "test", revision: String
        ) {
            self.task = task
            self.subset = subset
            self.split = split
            self.revision = revision
        }
    }
}
