import AjanCompute
import AjanDocuments
import AjanTurkishText
import Foundation

/// Files that are read one after another by one job.
struct WorkItem: Sendable {
    /// Number of the input in the recipe, and of this item in it.
    let input: Int
    let number: Int
    let files: [FoundInput]
}

/// The work of a build, cut by files. Which jobs run where does not change it.
struct WorkPlan: Sendable {
    let items: [WorkItem]

    /// Pages of Markdown and HTML are small: an item holds so many of them.
    private static let pagesPerItem = 256

    /// - Throws: `CorpusError.input` for an input without files.
    init(_ recipe: CorpusRecipe) throws {
        var items: [WorkItem] = []
        for (number, input) in recipe.inputs.enumerated() {
            let files = try FileFinder.files(input.files, endings: input.format.fileEndings)
            guard !files.isEmpty else { throw Self.nothing(for: input) }
            let isPages = input.format == .markdown || input.format == .html
            let size = isPages ? Self.pagesPerItem : 1
            for (place, start) in stride(from: 0, to: files.count, by: size).enumerated() {
                let own = Array(files[start..<min(files.count, start + size)])
                items.append(WorkItem(input: number, number: place, files: own))
            }
        }
        self.items = items
    }

    private static func nothing(for input: CorpusRecipe.Input) -> CorpusError {
        let values = try? input.files.resourceValues(forKeys: [.isDirectoryKey])
        guard values?.isDirectory == true else {
            return .input(
                path: input.files.path,
                problem: "no file, folder or match of this name, for the input "
                    + "\(quoted: input.name)")
        }
        let endings = input.format.fileEndings.sorted()
            .map { $0.isEmpty ? "no ending" : ".\($0)" }
        return .input(
            path: input.files.path,
            problem: "no files of format \(input.format.rawValue) in this folder, for the input "
                + "\(quoted: input.name); looked for \(endings.joined(separator: ", ")), and the "
                + "same with .gz or .zst")
    }

    /// Items of part `part` of `parts`, from 1.
    func items(part: Int, of parts: Int) -> [WorkItem] {
        items.indices.filter { $0 % parts == part - 1 }.map { items[$0] }
    }
}

/// A file of an input as it was read.
struct InputDigest: Codable, Sendable, Equatable {
    let name: String
    let sha256: String
    let byteCount: Int

    init(_ file: FoundInput) throws {
        name = file.name
        sha256 = try FileDigest.sha256(of: file.url)
        byteCount = (try? file.url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
    }
}

/// What the segments of an item depend on: another value means that they are made anew.
enum BuildStamp {
    static func stamp(
        _ recipe: CorpusRecipe, files: [InputDigest], evaluation: [String: String]
    ) -> String {
        var lines = ["segments \(Segment.version)", recipe.digest]
        lines += versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines += files.map { "\($0.sha256) \($0.name)" }
        lines += evaluation.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return FileDigest.sha256(lines.joined(separator: "\n").utf8)
    }

    /// Versions of everything that decides about a text.
    static let versions: [String: Int] = [
        "boilerplate": BoilerplateFilter.version,
        "decontamination": ContaminationIndex.version,
        "language": LanguageIdentifier.version,
        "offensive": OffensiveFilter.version,
        "personal-data": PersonalDataScrubber.version,
        "repetition": RepetitionFilter.version,
        "sentences": SentenceSplitter.version,
        "shape": ShapeFilter.version,
    ]
}
