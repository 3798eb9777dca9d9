package import AjanCompute
import AjanEncoder
import AjanSafetensors
import Foundation

extension SentenceHead {
    /// Reads the modules after the transformer.
    ///
    /// Dense layers run in f32 unless the folder itself holds them in int8: they see one row per
    /// text, so 8 bits would save nothing there.
    init(folder: ModelFolder, format: WeightFormat) throws {
        let dense = try folder.dense.map { layer in
            let checkpoint = try Checkpoint(folder: layer.url)
            let stored = try checkpoint.tensor("linear.weight").info.type
            let loader = WeightLoader(
                checkpoint: checkpoint, prefix: "", format: stored == .i8 ? format : .f32)
            return Dense(
                weights: try loader.linear(
                    ["linear"], inputSize: layer.inputSize, outputSize: layer.outputSize,
                    hasBias: layer.hasBias),
                activation: try layer.knownActivation)
        }
        self.init(
            pooling: folder.pooling, dense: dense, normalizes: folder.normalizes,
            hiddenSize: folder.configuration.hiddenSize)
    }
}

extension ModelFolder.Dense {
    /// - Throws: `ModelError.invalidFile` for an activation that is not supported.
    package var knownActivation: Activation {
        get throws {
            switch activation {
            case "Identity": return .identity
            case "Tanh": return .tanh
            case "GELU": return .gelu
            default:
                throw ModelError.invalidFile(
                    "\(url.lastPathComponent)/config.json: activation_function is "
                        + "\(quoted: activation); supported: Identity, Tanh, GELU")
            }
        }
    }
}
