import AjanRetrieval
import AjanServing
import Foundation

/// An index over a few files, in a folder of its own.
struct TestIndex {
    let served: ServedIndex
    private let folder: URL

    /// - Parameter files: names and texts.
    init(_ name: String, _ files: [(String, String)], model: FakeModel) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-serving-\(UUID().uuidString)").resolvingSymlinksInPath()
        let sources = folder.appendingPathComponent("belgeler")
        try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: sources.appendingPathComponent(name))
        }
        let directory = IndexDirectory(folder.appendingPathComponent("belgeler.index"))
        _ = try IndexWriter(directory: directory, embedder: model).update([sources])
        let reader = try IndexReader(directory, embedder: model, threads: 1)
        served = ServedIndex(name: name, reader: reader)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

extension RPCValue {
    /// What an array holds; nothing for everything else.
    var elements: [RPCValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
