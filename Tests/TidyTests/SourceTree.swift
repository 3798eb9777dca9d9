import Foundation
import TestSupport

/// A source file of the package, as text.
struct SourceFile: Sendable, CustomStringConvertible {
    /// From the root of the checkout, e.g. `Sources/Compute/Matrix.swift`.
    let path: String
    let lines: [Substring]

    var description: String { path }

    /// The target that a library source belongs to; nil for tests and the program.
    var libraryTarget: String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Sources", parts[1] != "ajan" else { return nil }
        return String(parts[1])
    }

    /// The files below `folders` whose names end in one of `extensions`, in the order of their
    /// paths.
    static func all(below folders: [String], extensions: Set<String>) throws -> [SourceFile] {
        try folders.flatMap { folder -> [SourceFile] in
            let root = Repository.root.appendingPathComponent(folder)
            let paths = FileManager.default.enumerator(atPath: root.path)?.compactMap {
                $0 as? String
            }
            return try (paths ?? []).sorted()
                .filter { extensions.contains(URL(fileURLWithPath: $0).pathExtension) }
                .map { path in
                    let text = try String(
                        contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                    return SourceFile(
                        path: folder + "/" + path,
                        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
                }
        }
    }

    static let swift = try? all(below: ["Sources", "Tests"], extensions: ["swift"])
    static let c = try? all(
        below: ["Sources", "cuda"], extensions: ["c", "h", "cpp", "hpp", "cu", "cuh"])
}
