import AjanCompute
import AjanEmbed
import AjanEncoder
import AjanSafetensors
import AjanTraining
import Foundation

/// Writes the best checkpoint as model folders.
struct ExportStage {
    let context: RunContext

    /// The name under which `best.safetensors` keeps tensors of the Dense module.
    private static let densePrefix = "dense."

    /// The folder of the trained student in f32, without a card: what is evaluated.
    func writeCandidate() throws -> URL {
        let folder = context.folder.model(context.recipe.name, .f32)
        try write(.f32, card: nil, to: folder)
        return folder
    }

    /// Every format of the recipe, each with the model card; the f32 folder is always written,
    /// since int8 is made out of it.
    ///
    /// - Returns: the folders that the recipe asks for.
    func run(card: (URL, Recipe.Export.Format) throws -> String) throws -> [URL] {
        let name = context.recipe.name
        let main = context.folder.model(name, .f32)
        try write(.f32, card: try card(main, .f32), to: main)
        for format in context.recipe.export.formats where format != .f32 {
            let folder = context.folder.model(name, format)
            if format == .int8 {
                try AtomicFolder.removeLeftovers(of: folder)
                try? FileManager.default.removeItem(at: folder)
                try ModelQuantizer.quantize(
                    main, into: folder, card: try card(main, .int8), threads: context.threads)
            } else {
                try write(format, card: try card(main, format), to: folder)
            }
        }
        return context.recipe.export.formats.map { context.folder.model(name, $0) }
    }

    private func write(_ format: Recipe.Export.Format, card: String?, to folder: URL) throws {
        let source = try ModelFolder(context.studentFolder)
        guard FileManager.default.fileExists(atPath: context.folder.best.path) else {
            throw DistillationError.run(
                folder: context.folder.url.path, problem: "there is no trained student; train first"
            )
        }
        let checkpoint = try Checkpoint(file: context.folder.best)
        let numbers: NumberFormat = format == .f16 ? .f16 : .f32
        func tensors(_ belongs: (String) -> Bool, dropping count: Int) throws
            -> [SafetensorsWriter.Tensor]
        {
            try checkpoint.names.filter(belongs).map { name in
                let tensor = try checkpoint.tensor(name)
                try tensor.requireFinite()
                return SafetensorsWriter.Tensor(
                    String(name.dropFirst(count)), try tensor.floats(), shape: tensor.info.shape,
                    as: numbers)
            }
        }
        let prefix = Self.densePrefix
        var writer = ModelFolderWriter(
            source: source, tensors: try tensors({ !$0.hasPrefix(prefix) }, dropping: 0))
        let configuration = try CheckedRecipe.configuration(
            of: source, projection: context.recipe.projection)
        if let dense = configuration.dense {
            writer.dense = [
                ModelFolderWriter.Dense(
                    inputSize: source.configuration.hiddenSize, outputSize: dense.outputSize,
                    hasBias: dense.hasBias, activation: dense.activation,
                    tensors: try tensors({ $0.hasPrefix(prefix) }, dropping: prefix.count))
            ]
        }
        writer.normalizes = true
        writer.card = card
        try writer.write(to: folder)
    }
}
