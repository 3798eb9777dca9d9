import AjanCompute
import AjanCorpus
import AjanDocuments
import AjanEmbed
import AjanEvaluation
package import Foundation

/// Reads the sources of a recipe: corpus snapshots (their records' `text` and `title`) and JSON
/// Lines, plain or compressed, pinned by SHA-256.
package struct CorpusReader {
    private let file: RecipeFile
    private let environment: [String: String]

    package init(
        _ file: RecipeFile, environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.file = file
        self.environment = environment
    }

    /// Finds every source and compares it with its pin, without reading texts.
    ///
    /// - Throws: `DistillationError.recipe` with the line of a source that is missing or has
    ///   changed.
    package func check() throws {
        for source in file.recipe.corpus { _ = try locate(source) }
        for path in file.recipe.decontaminate where !isThere(path) {
            throw file.error(.decontaminate, "no evaluation set at \(url(path).path)")
        }
    }

    /// Paths of the optional sources that are not there, as the recipe writes them.
    var missingSources: [String] {
        file.recipe.corpus.filter { source in
            source.isOptional && DataFile(url(source.path)) == nil && !isThere(source.path)
        }.map(\.path)
    }

    /// Reads all sources. A text that stands twice in a part of texts is taken once.
    ///
    /// - Throws: as `check`, and `.corpus` with file and line for a line that is not a JSON object
    ///   with the fields that the recipe names.
    package func read() throws -> TrainingCorpus {
        var (parts, pairs): ([CorpusPart], [TrainingCorpus.PairedParts]) = ([], [])
        var records: [TrainingCorpus.SourceRecord] = []
        let evaluation = try evaluationIndex()
        for source in file.recipe.corpus {
            guard let found = try locate(source) else { continue }
            let all = try rows(of: source, in: found)
            let rows = evaluation.isEmpty ? all : all.filter { evaluation.isClean($0) }
            guard !rows.isEmpty else { throw empty(source, contaminated: all.count) }
            let name = Self.partName(found.url, taken: parts.map(\.name))
            switch source.kind {
            case .texts:
                parts.append(
                    CorpusPart(name: name, role: source.role, texts: Self.distinct(rows)))
            case .pairs:
                pairs.append(.init(query: parts.count, passage: parts.count + 1))
                parts.append(
                    CorpusPart(name: name + "-query", role: .query, texts: rows.map { $0[0] }))
                parts.append(
                    CorpusPart(name: name + "-passage", role: .passage, texts: rows.map { $0[1] }))
            }
            records.append(
                .init(
                    path: source.path, sha256: found.sha256, texts: rows.count,
                    contaminated: all.count - rows.count))
        }
        guard !parts.isEmpty else {
            throw file.error(.corpus, "'corpus' gives no text at all")
        }
        return TrainingCorpus(parts: parts, pairs: pairs, sources: records)
    }

    private func empty(_ source: Recipe.Source, contaminated: Int) -> DistillationError {
        let reason =
            contaminated > 0
            ? "all \(contaminated) hold pieces of the evaluation sets in 'decontaminate'"
            : "no record has texts of \(source.charactersMin) to \(source.charactersMax) characters"
        return .recipe(
            file: file.url.relativePath, line: source.line,
            problem: "\(source.path) gives no text: \(reason)")
    }

    // MARK: Evaluation sets

    private func url(_ path: String) -> URL {
        RecipePath(recipe: file.url, environment: environment).url(path)
    }

    private func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: url(path).path)
    }

    private func evaluationIndex() throws -> ContaminationIndex {
        var sets = EvaluationSets()
        for path in file.recipe.decontaminate { try sets.insert(url(path)) }
        return sets.index
    }

    // MARK: Files

    /// A source that is there, with the SHA-256 that names its content.
    private struct Located {
        let url: URL
        let snapshot: CorpusSnapshot?
        let sha256: String
    }

    private func locate(_ source: Recipe.Source) throws -> Located? {
        func refuse(_ problem: String) -> DistillationError {
            .recipe(file: file.url.relativePath, line: source.line, problem: problem)
        }
        let url = url(source.path)
        let found: Located
        if FileManager.default.fileExists(atPath: url.appendingPathComponent("manifest.json").path)
        {
            let snapshot = try CorpusSnapshot(at: url)
            found = Located(url: url, snapshot: snapshot, sha256: snapshot.manifestHash)
        } else if let data = DataFile(url) {
            found = Located(
                url: data.url, snapshot: nil, sha256: try FileDigest.sha256(of: data.url))
        } else {
            if source.isOptional { return nil }
            throw refuse("no corpus file at \(url.path); set 'optional: true' to go on without it")
        }
        if let pinned = source.sha256, pinned != found.sha256 {
            throw refuse(
                "\(source.path) has changed: its SHA-256 is \(found.sha256), the recipe pins "
                    + "\(pinned); bring the old file back, or pin the new one")
        }
        return found
    }

    private static func partName(_ url: URL, taken: [String]) -> String {
        let base = url.lastPathComponent.split(separator: ".").first.map(String.init) ?? "texts"
        var (name, number) = (base, 2)
        while taken.contains(where: { $0 == name || $0.hasPrefix(name + "-") }) {
            name = "\(base)_\(number)"
            number += 1
        }
        return name
    }

    // MARK: Lines

    /// The texts of a file under `field`.
    ///
    /// - Throws: `DistillationError.corpus` with file and line; `.file` when there is no such file.
    package static func texts(in url: URL, field: String) throws -> [String] {
        var texts: [String] = []
        try forEachRow(in: url, fields: [field]) { texts.append($0[0]) }
        return texts
    }

    /// The wanted fields of every record that has texts of a fitting length, evenly thinned to the
    /// limit.
    private func rows(of source: Recipe.Source, in found: Located) throws -> [[String]] {
        let lengths = source.charactersMin...source.charactersMax
        var rows: [[String]] = []
        func take(_ texts: [String]) {
            if texts.allSatisfy({ lengths.contains($0.unicodeScalars.count) }) {
                rows.append(texts)
            }
        }
        if let snapshot = found.snapshot {
            try snapshot.forEachRecord { _, record in
                let fields = ["text": record.text, "title": record.title]
                let texts = source.fields.compactMap { fields[$0] ?? nil }
                if texts.count == source.fields.count { take(texts) }
            }
        } else {
            try Self.forEachRow(in: found.url, fields: source.fields, take)
        }
        guard let limit = source.limit, limit < rows.count else { return rows }
        return (0..<limit).map { rows[$0 * rows.count / limit] }
    }

    private static func forEachRow(
        in url: URL, fields: [String], _ body: ([String]) -> Void
    ) throws {
        guard let data = DataFile(url) else {
            throw DistillationError.file(path: url.path, problem: "there is no such file")
        }
        try data.forEachLine { number, line in
            let object = try? JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let object = object as? [String: Any] else {
                throw DistillationError.corpus(
                    file: url.path, line: number, problem: "the line is not a JSON object")
            }
            body(
                try fields.map { field in
                    guard let text = object[field] as? String else {
                        throw DistillationError.corpus(
                            file: url.path, line: number,
                            problem: "the text field \(quoted: field) is missing")
                    }
                    return text.trimmingCharacters(in: .whitespacesAndNewlines)
                })
        }
    }

    private static func distinct(_ rows: [[String]]) -> [String] {
        var seen: Set<TextDigest> = []
        return rows.compactMap { seen.insert(TextDigest($0[0])).inserted ? $0[0] : nil }
    }
}

extension ContaminationIndex {
    /// Whether none of `texts`, which belong together, holds a piece of an evaluation set.
    fileprivate func isClean(_ texts: [String]) -> Bool {
        texts.allSatisfy { match($0) == nil }
    }
}

/// Paths in a recipe: `${NAME}` is a variable of the environment, and what is not absolute is seen
/// from the folder of the recipe.
struct RecipePath {
    let recipe: URL
    let environment: [String: String]

    /// What `${AJAN_DATA}` means when it is not set, seen from the current folder.
    private static let defaultData = "../shared"

    func url(_ path: String) -> URL {
        var path = path
        for (name, value) in environment.merging(["AJAN_DATA": data], uniquingKeysWith: { $1 }) {
            path = path.replacing("${\(name)}", with: value)
        }
        return URL(
            fileURLWithPath: NSString(string: path).expandingTildeInPath,
            relativeTo: recipe.absoluteURL.deletingLastPathComponent()
        ).standardizedFileURL
    }

    private var data: String {
        let named = environment["AJAN_DATA"] ?? ""
        return URL(
            fileURLWithPath: named.isEmpty ? Self.defaultData : named,
            relativeTo: URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
        ).standardizedFileURL.path
    }
}
