import AjanEmbed
package import Foundation

/// A declared task and the folder that holds its data.
package struct LocatedTask: Sendable, Hashable {
    package let declaration: TaskDeclaration
    package let folder: URL

    package init(declaration: TaskDeclaration, folder: URL) {
        self.declaration = declaration
        self.folder = folder
    }
}

/// Finds the data of tasks below a few roots.
package struct TaskLocator: Sendable {
    /// Folders below which task folders are looked for, in order.
    package let roots: [URL]

    /// `AJAN_DATA/eval` and `AJAN_DATA` (default `../shared`), then `Samples`, seen from
    /// `directory`, and the `Samples` beside the models that come with the program.
    package init(
        directory: URL = URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        let named = environment["AJAN_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? "../shared"
        let data = URL(fileURLWithPath: named, isDirectory: true, relativeTo: directory)
        let samples = URL(fileURLWithPath: "Samples", isDirectory: true, relativeTo: directory)
        let bundled = BundledModels.folders.map {
            $0.deletingLastPathComponent().appendingPathComponent("Samples", isDirectory: true)
        }
        roots = ([data.appendingPathComponent("eval"), data, samples] + bundled)
            .map(\.standardizedFileURL)
    }

    package init(roots: [URL]) {
        self.roots = roots
    }

    /// The tasks that `name` means, with their data.
    ///
    /// A name that stands for several tasks (`STS17`) gives those whose data is there. With `data`,
    /// a declared task is read from that folder, or from its own folder below it; a name that is
    /// not declared becomes a task of that folder's form.
    ///
    /// - Throws: `EvaluationError.unknownTask`, `.missingData`, `.notADataSet`.
    package func tasks(named name: String, data: URL? = nil) throws -> [LocatedTask] {
        let declared = TaskCatalogue.tasks(named: name)
        guard !declared.isEmpty else {
            guard let data else {
                throw EvaluationError.unknownTask(name: name, known: TaskCatalogue.all.map(\.name))
            }
            return [LocatedTask(declaration: try Self.ownTask(named: name, in: data), folder: data)]
        }
        let candidates = data.map { [$0] } ?? []
        let found = declared.compactMap { task in
            Self.folder(of: task, among: candidates + below(data.map { [$0] } ?? roots, task))
                .map { LocatedTask(declaration: task, folder: $0) }
        }
        guard !found.isEmpty else {
            let looked = data.map { [$0] } ?? roots
            throw EvaluationError.missingData(task: name, looked: looked.map(\.path))
        }
        return found
    }

    /// Every declared task whose data is there.
    package func available() -> [LocatedTask] {
        TaskCatalogue.all.compactMap { task in
            Self.folder(of: task, among: below(roots, task))
                .map { LocatedTask(declaration: task, folder: $0) }
        }
    }

    private func below(_ roots: [URL], _ task: TaskDeclaration) -> [URL] {
        roots.flatMap { root in task.folders.map { root.appendingPathComponent($0) } }
    }

    private static func folder(of task: TaskDeclaration, among folders: [URL]) -> URL? {
        folders.first { folder in
            switch task.source {
            case .beir(let qrels, _):
                ["corpus.jsonl", "queries.jsonl", qrels].allSatisfy {
                    DataFile(folder.appendingPathComponent($0)) != nil
                }
            case .pairs(let files):
                files.contains { DataFile(folder.appendingPathComponent($0)) != nil }
            }
        }
    }

    /// The declaration of a data set of the user's, by what its folder holds.
    private static func ownTask(named name: String, in folder: URL) throws -> TaskDeclaration {
        func exists(_ file: String) -> Bool {
            DataFile(folder.appendingPathComponent(file)) != nil
        }
        func declare(_ kind: TaskKind, _ source: TaskDeclaration.Source, split: String)
            -> TaskDeclaration
        {
            TaskDeclaration(
                name: name, kind: kind, source: source,
                mteb: .init(task: name, split: split, revision: "own"), languages: ["tur-Latn"],
                folders: [], licence: "of the user", citation: folder.path)
        }
        for split in ["test", "dev", "train"] {
            if exists("corpus.jsonl"), exists("queries.jsonl"), exists("qrels/\(split).tsv") {
                let source = TaskDeclaration.Source.beir(
                    qrels: "qrels/\(split).tsv", judgedOnly: false)
                return declare(.retrieval, source, split: split)
            }
            guard exists("\(split).jsonl") else { continue }
            let file = folder.appendingPathComponent("\(split).jsonl")
            let isScored = try PairData.isScored(file: file)
            let source = TaskDeclaration.Source.pairs(files: ["\(split).jsonl"])
            return declare(isScored ? .semanticSimilarity : .bitextMining, source, split: split)
        }
        throw EvaluationError.notADataSet(path: folder.path)
    }
}

/// The data of a task, read and checked.
package enum TaskData: Sendable {
    case retrieval(RetrievalData)
    case pairs(PairData)
}

extension LocatedTask {
    /// Reads the files of the task.
    ///
    /// - Throws: `EvaluationError`, as `RetrievalData` and `PairData`.
    package func load() throws -> TaskData {
        switch declaration.source {
        case .beir(let qrels, let judgedOnly):
            return .retrieval(
                try RetrievalData(folder: folder, qrels: qrels, judgedOnly: judgedOnly))
        case .pairs(let files):
            let urls = files.map { folder.appendingPathComponent($0) }
            guard let file = urls.first(where: { DataFile($0) != nil }) else {
                throw EvaluationError.notADataSet(path: folder.path)
            }
            return .pairs(
                try PairData(file: file, scored: declaration.kind == .semanticSimilarity))
        }
    }
}
