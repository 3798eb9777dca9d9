import AjanCorpus
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

    /// Reads the recipe at `url`.
    ///
    /// - Throws: `DistillationError.recipe` with file and line for everything that is not as it
    ///   must be: broken YAML, an unknown or missing key, a value of the wrong kind or out of
    ///   range.
    package init(_ url: URL) throws {
        let file = url.relativePath
        guard let data = RecipeYAML.contents(of: url) else {
            throw DistillationError.file(path: file, problem: "the recipe cannot be read")
        }
        let node: Node
        do {
            node = try RecipeYAML.node(data)
        } catch {
            throw DistillationError.recipe(file: file, line: error.line, problem: error.problem)
        }
        var reader = RecipeReader(try RecipeSection(node, file: file, path: ""))
        recipe = try reader.recipe()
        lines = reader.lines
        self.url = url
    }

    /// An error at the line of `key`.
    func error(_ key: Key, _ problem: String) -> DistillationError {
        .recipe(file: url.relativePath, line: lines[key] ?? 1, problem: problem)
    }
}
