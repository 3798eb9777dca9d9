import AjanCompute

/// A file of a repository, as the hub lists it.
package struct RepositoryFile: Hashable, Sendable {
    /// Path inside the repository, checked to stay inside a folder.
    package let path: String
    /// Nil when the hub does not say.
    package let byteCount: Int?
    package let checksum: Checksum?

    package init(path: String, byteCount: Int?, checksum: Checksum?) throws(HubError) {
        try Self.check(path)
        self.path = path
        self.byteCount = byteCount
        self.checksum = checksum
    }

    private static let pathLengthMax = 1024
    private static let partLengthMax = 200

    /// Refuses names that would leave the folder, hide in it, or be something else than a file.
    private static func check(_ path: String) throws(HubError) {
        func refuse(_ problem: String) -> HubError { .hostileName(path, problem: problem) }
        guard !path.isEmpty, path.utf8.count <= pathLengthMax else { throw refuse("its length") }
        guard !path.hasPrefix("/"), !path.contains("\\"), !path.contains(":") else {
            throw refuse("it is not a path inside the repository")
        }
        guard path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw refuse("it has control characters")
        }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            guard !part.isEmpty, part != ".", part != "..", part.utf8.count <= partLengthMax else {
                throw refuse("it is not a path inside the repository")
            }
        }
        let end = path.split(separator: "/").last ?? ""
        guard !end.hasSuffix(FileFetch.partialEnding) else {
            throw refuse("it ends as our unfinished downloads do")
        }
    }
}

/// Which files of a repository are taken.
package struct FileSelection: Sendable {
    /// Patterns such as `*.json` or `onnx/*`; a `*` stands for anything. Empty: what a model needs.
    package var include: [String] = []
    package var exclude: [String] = []
    /// Whether every file is taken that `exclude` does not name.
    package var takesAll = false

    package init() {}

    /// Endings of what a model of this program consists of, besides its weights.
    private static let endings = [
        ".json", ".txt", ".md", ".model", ".jsonl", ".tsv", ".csv", "LICENSE", ".vocab",
    ]
    /// Folders with the same weights for other programs.
    private static let otherFormats = ["onnx/", "openvino/", "coreml/", "original/", "gguf/"]

    /// The files that are wanted, in the order of their paths.
    package func choose(
        _ files: [RepositoryFile], kind: RepositoryID.Kind
    ) -> [RepositoryFile] {
        let hasSafetensors =
            files.contains { $0.path.hasSuffix("model.safetensors") }
            || files.contains { $0.path.hasSuffix(".safetensors.index.json") }
        return files.filter { file in
            if exclude.contains(where: { Glob.matches(file.path, $0) }) { return false }
            if !include.isEmpty { return include.contains { Glob.matches(file.path, $0) } }
            if takesAll || kind == .data { return file.path != ".gitattributes" }
            if Self.otherFormats.contains(where: { file.path.hasPrefix($0) }) { return false }
            if file.path.hasSuffix(".safetensors") { return true }
            if file.path.hasSuffix("pytorch_model.bin") { return !hasSafetensors }
            return Self.endings.contains { file.path.hasSuffix($0) }
        }
        .sortedByBytes(\.path)
    }
}

/// Patterns in which `*` stands for any run of characters.
enum Glob {
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = pieces.first, let last = pieces.last else { return text.isEmpty }
        if pieces.count == 1 { return text == pattern }
        guard text.hasPrefix(first), text.count >= first.count + last.count,
            text.hasSuffix(last)
        else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
