import AjanCompute
package import AjanEmbed
import AjanRetrieval
import Foundation
package import Logging

/// Opens the models and indexes that a command line names.
package struct CatalogLoader {
    /// Names in the model cache, or folders; empty takes the models of the indexes, else the
    /// default.
    package var models: [String] = []
    /// Folders of indexes, each as `DIR` or `NAME=DIR`.
    package var indexes: [String] = []
    package var options = SentenceEncoder.Options()
    package var limits = EmbeddingEngine.Limits()

    package init() {}

    /// A model that has been opened.
    private struct Opened {
        let engine: EmbeddingEngine
        let embedder: EngineEmbedder
    }

    /// - Throws: what the models and indexes throw, and `ServingError.configuration` for a name
    ///   that is used twice.
    package func load(metrics: ServerMetrics, logger: Logger) throws -> Catalog {
        let places = indexes.map(Self.place)
        try Self.checkUnique(places.map(\.name), of: "index")
        var wanted = models
        for place in places {
            guard let model = try IndexReader.fingerprint(of: place.directory)?.model
            else { continue }
            if !wanted.contains(where: { Self.name(of: $0) == Self.name(of: model) }) {
                wanted.append(model)
            }
        }
        if wanted.isEmpty { wanted = [ModelCatalog.defaultModel] }
        try Self.checkUnique(wanted.map(Self.name), of: "model")
        let opened = try wanted.map { try open(model: $0, metrics: metrics, logger: logger) }
        do {
            let served = try places.map { try Self.open($0, models: opened, options: options) }
            return Catalog(engines: opened.map(\.engine), indexes: served)
        } catch {
            for model in opened { model.engine.stop() }
            throw error
        }
    }

    private func open(
        model: String, metrics: ServerMetrics, logger: Logger
    ) throws -> Opened {
        let folder = try ModelCatalog.locate(model)
        let encoder = try SentenceEncoder(folder, options: options)
        var info = EmbeddingEngine.Info()
        info.maxTokens = encoder.maxTokens
        info.precision = encoder.arithmetic
        info.fingerprint = try encoder.fingerprint()
        info.pooling = try ModelInfo.pooling(of: folder)
        let engine = EmbeddingEngine(
            name: Self.name(of: model), info: info, backend: ModelBackend(encoder), limits: limits,
            metrics: metrics, logger: logger)
        let base = ModelEmbedder(name: model, encoder: encoder)
        return Opened(engine: engine, embedder: EngineEmbedder(engine: engine, base: base))
    }

    /// Opens an index with the model that it was made with.
    private static func open(
        _ place: (name: String, directory: IndexDirectory), models: [Opened],
        options: SentenceEncoder.Options
    ) throws -> ServedIndex {
        let stored = try IndexReader(place.directory, embedder: nil, threads: 1).fingerprint
        let matching = try models.first {
            stored.differences(from: try $0.embedder.fingerprint()).isEmpty
        }
        let named = models.first { $0.engine.name == name(of: stored.model) }
        return ServedIndex(
            name: place.name,
            reader: try IndexReader(
                place.directory, embedder: (matching ?? named ?? models[0]).embedder,
                threads: options.threads))
    }

    /// The name that requests call a model by: as it was given, or the last part of a path.
    private static func name(of model: String) -> String {
        let isPath = model.hasPrefix("/") || model.hasPrefix(".") || model.hasPrefix("~")
        return isPath ? URL(fileURLWithPath: model).lastPathComponent : model
    }

    private static func place(_ text: String) -> (name: String, directory: IndexDirectory) {
        let parts = text.split(separator: "=", maxSplits: 1)
        let path = String(parts.last ?? "")
        let url = URL(fileURLWithPath: path)
        let name =
            parts.count == 2 ? String(parts[0]) : url.deletingPathExtension().lastPathComponent
        return (name, IndexDirectory(url))
    }

    private static func checkUnique(_ names: [String], of kind: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw ServingError.configuration(
                "the \(kind) \(quoted: name) is given twice; give the second another name")
        }
    }
}
