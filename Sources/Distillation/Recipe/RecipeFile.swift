import Compute
package import Foundation
import Yams

/// A recipe and the file that it was read from.
package struct RecipeFile: Sendable {
    package let url: URL
    package let recipe: Recipe
    /// Lines of the keys that later checks blame.
    let lines: [Key: Int]

    /// Keys whose values are checked against folders, memory and other keys.
    enum Key: String, Sendable, CaseIterable {
        case decontaminate
        case teacher, student, layers, vocabulary, projection, corpus, heldOut, batchTokens
        case maxTokens, teacherMaxTokens, matryoshka, frozenLayers, watch, tasks, formats, pairs
    }

    private static let byteCountMax = 1 << 20

    /// Reads the recipe at `url`.
    ///
    /// - Throws: `DistillationError.recipe` with file and line for everything that is not as it
    ///   must be: broken YAML, an unknown or missing key, a value of the wrong kind or out of
    ///   range.
    package init(_ url: URL) throws {
        let file = url.relativePath
        guard let handle = try? FileHandle(forReadingFrom: url),
            let data = try? handle.read(upToCount: Self.byteCountMax + 1)
        else { throw DistillationError.file(path: file, problem: "the recipe cannot be read") }
        guard data.count <= Self.byteCountMax, let text = String(data: data, encoding: .utf8) else {
            throw DistillationError.recipe(
                file: file, line: 1, problem: "a recipe is UTF-8 text of at most 1 MB")
        }
        let node = try Self.compose(text, file: file)
        var reader = RecipeReader(try RecipeSection(node, file: file, path: ""))
        recipe = try reader.recipe()
        lines = reader.lines
        self.url = url
    }

    /// An error at the line of `key`.
    func error(_ key: Key, _ problem: String) -> DistillationError {
        .recipe(file: url.relativePath, line: lines[key] ?? 1, problem: problem)
    }

    private static func compose(_ text: String, file: String) throws -> Node {
        func refuse(_ line: Int, _ problem: String) -> DistillationError {
            .recipe(file: file, line: line, problem: problem)
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { throw refuse(1, "it is empty") }
            return node
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw refuse(mark.line, "this is not YAML: \(problem)")
            case .duplicatedKeysInMapping(let names, let context):
                throw refuse(
                    context.mark.line, "the key \(quoted: names.first ?? "") stands here twice")
            default: throw refuse(1, "this is not YAML")
            }
        }
    }
}
