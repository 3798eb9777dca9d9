import AjanRetrieval
import Foundation

/// A folder of documents and an index of them, gone when the test is over.
final class IndexFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("ajan-test-\(UUID().uuidString)", isDirectory: true)
            .resolvingSymlinksInPath()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> URL {
        try write(name, Data(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: Data) throws -> URL {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try bytes.write(to: file)
        return file
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: url.appendingPathComponent(name))
    }

    var index: IndexDirectory { IndexDirectory(url.appendingPathComponent("my.index")) }
    var documents: URL { url.appendingPathComponent("belgeler") }

    /// The answers of the index to a question, by trigrams.
    func search(
        _ query: String, _ change: (inout SearchRequest) throws -> Void = { _ in }
    ) throws -> [SearchHit] {
        var request = SearchRequest(query)
        try change(&request)
        return try IndexReader(index, embedder: TrigramEmbedder()).search(request).hits
    }
}
