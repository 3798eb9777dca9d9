public import Foundation

/// Finds models by name: a path, a folder in the model cache, or one that comes with the program.
public enum ModelCatalog {
    /// The model that is taken when none is named.
    public static let defaultModel = "ajan-embed-mini"

    /// Where models are kept: `AJAN_CACHE/models`, else `~/.cache/ajan/models`.
    public static var folder: URL {
        let environment = ProcessInfo.processInfo.environment
        if let cache = environment["AJAN_CACHE"], !cache.isEmpty {
            return URL(fileURLWithPath: cache, isDirectory: true)
                .appendingPathComponent("models", isDirectory: true)
        }
        return URL(fileURLWithPath: NSHomeDirectory(), isDirectory: true)
            .appendingPathComponent(".cache/ajan/models", isDirectory: true)
    }

    /// The folder of `model`.
    ///
    /// - Parameter model: a path to a folder, or a name such as `multilingual-e5-small`,
    ///   `intfloat/multilingual-e5-base` or `org/name@revision` in the model cache or in the cache
    ///   of Hugging Face's Python programs, or of a model that comes with the program.
    /// - Throws: `ModelError.notFound`, which lists where it looked.
    public static func locate(_ model: String) throws -> URL {
        let path = NSString(string: model).expandingTildeInPath
        var candidates = [URL(fileURLWithPath: path, isDirectory: true)]
        let leavesCache = model.hasPrefix("/") || model.hasPrefix("~") || model.hasPrefix(".")
        if !leavesCache, !model.split(separator: "/").contains("..") {
            let name = model.hasSuffix("@main") ? String(model.dropLast("@main".count)) : model
            candidates.append(folder.appendingPathComponent(name, isDirectory: true))
            if let snapshot = HuggingFaceCache().snapshot(of: model) {
                candidates.append(snapshot)
            }
            candidates += BundledModels.folders.map { $0.appendingPathComponent(name) }
        }
        let found = candidates.first { candidate in
            ["modules.json", "config.json"].contains {
                FileManager.default.fileExists(atPath: candidate.appendingPathComponent($0).path)
            }
        }
        guard let found else {
            throw ModelError.notFound(model: model, looked: candidates.map(\.path))
        }
        return found
    }

    /// Models in the cache and those that come with the program, by name, sorted.
    public static var available: [String] {
        let manager = FileManager.default
        func children(_ url: URL) -> [URL] {
            (try? manager.contentsOfDirectory(
                at: url, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)) ?? []
        }
        func isModel(_ url: URL) -> Bool {
            manager.fileExists(atPath: url.appendingPathComponent("config.json").path)
        }
        var names: Set<String> = []
        for child in ([folder] + BundledModels.folders).flatMap(children) {
            if isModel(child) {
                names.insert(child.lastPathComponent)
            } else {
                let owned = children(child).filter(isModel)
                names.formUnion(
                    owned.map { "\(child.lastPathComponent)/\($0.lastPathComponent)" })
            }
        }
        return names.sorted()
    }
}
