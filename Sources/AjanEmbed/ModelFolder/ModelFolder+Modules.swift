import AjanCompute
import AjanEncoder
import Foundation

extension ModelFolder {
    /// One line of `modules.json`.
    struct Module: Decodable {
        let path: String
        let type: String

        /// The class name: `sentence_transformers.models.Pooling` and
        /// `sentence_transformers.sentence_transformer.modules.pooling.Pooling` are the same
        /// module.
        var kind: String { type.split(separator: ".").last.map(String.init) ?? type }
    }

    /// The modules of a sentence-transformers folder, the transformer first; empty for a plain
    /// folder.
    static func modules(in url: URL) throws -> [Module] {
        let file = url.appendingPathComponent("modules.json")
        guard let modules = try ConfigurationFile.json([Module].self, at: file) else { return [] }
        guard modules.first?.kind == "Transformer" else {
            throw ModelError.invalidFile(
                "modules.json: the first module is \(quoted: modules.first?.type ?? "missing"); "
                    + "supported: Transformer")
        }
        for module in modules where module.path.hasPrefix("/") || module.path.contains("..") {
            throw ModelError.invalidFile(
                "modules.json: the path \(quoted: module.path) leaves the model folder")
        }
        return modules
    }

    /// What follows the transformer: Pooling, then Dense and Normalize modules.
    static func head(
        of modules: ArraySlice<Module>, in url: URL
    ) throws -> (pooling: PoolingConfiguration, dense: [Dense], normalizes: Bool) {
        guard let first = modules.first, first.kind == "Pooling" else {
            throw ModelError.invalidFile(
                "modules.json: a Pooling module must follow the Transformer, "
                    + "found \(quoted: modules.first?.type ?? "nothing")")
        }
        let pooling = try pooling(in: url.appendingPathComponent(first.path))
        var dense: [Dense] = []
        var normalizes = false
        for module in modules.dropFirst() {
            switch module.kind {
            case "Dense" where !normalizes:
                dense.append(try Self.dense(in: url.appendingPathComponent(module.path)))
            case "Normalize": normalizes = true
            case "Dropout": break
            default:
                throw ModelError.invalidFile(
                    "modules.json: the module \(quoted: module.type) is not supported here; "
                        + "supported after Pooling: Dense, then Normalize")
            }
        }
        return (pooling, dense, normalizes)
    }

    private struct PoolingFile: Decodable {
        let mode: String?
        let mean: Bool?
        let cls: Bool?
        let max: Bool?
        let meanSqrtLength: Bool?
        let weightedMean: Bool?
        let lastToken: Bool?
        let includesPrompt: Bool?

        enum CodingKeys: String, CodingKey {
            case mode = "pooling_mode"
            case mean = "pooling_mode_mean_tokens"
            case cls = "pooling_mode_cls_token"
            case max = "pooling_mode_max_tokens"
            case meanSqrtLength = "pooling_mode_mean_sqrt_len_tokens"
            case weightedMean = "pooling_mode_weightedmean_tokens"
            case lastToken = "pooling_mode_lasttoken"
            case includesPrompt = "include_prompt"
        }

        /// The modes in the order in which sentence-transformers joins their vectors.
        func modes(file: String) throws -> [PoolingConfiguration.Mode] {
            if let mode {
                var modes: [PoolingConfiguration.Mode] = []
                for name in mode.split(separator: "+").map(String.init) {
                    guard let known = PoolingConfiguration.Mode(rawValue: name) else {
                        let all = PoolingConfiguration.Mode.allCases.map(\.rawValue)
                        throw ModelError.invalidFile(
                            "\(file): pooling_mode is \(quoted: name); "
                                + "supported: \(all.joined(separator: ", "))")
                    }
                    guard !modes.contains(known) else {
                        throw ModelError.invalidFile(
                            "\(file): pooling_mode names \(quoted: name) twice")
                    }
                    modes.append(known)
                }
                return modes
            }
            let flags: [(PoolingConfiguration.Mode, Bool?)] = [
                (.cls, cls), (.max, max), (.mean, mean), (.meanSqrtLength, meanSqrtLength),
                (.weightedMean, weightedMean), (.lastToken, lastToken),
            ]
            return flags.filter { $0.1 == true }.map(\.0)
        }
    }

    private static func pooling(in folder: URL) throws -> PoolingConfiguration {
        let url = folder.appendingPathComponent("config.json")
        let file = "\(folder.lastPathComponent)/config.json"
        guard let fields = try ConfigurationFile.json(PoolingFile.self, at: url) else {
            throw ModelError.invalidFile("\(file) is missing: modules.json names it")
        }
        let modes = try fields.modes(file: file)
        guard !modes.isEmpty else {
            throw ModelError.invalidFile("\(file): no pooling mode is switched on")
        }
        return PoolingConfiguration(modes: modes, includesPrompt: fields.includesPrompt ?? true)
    }

    private struct DenseFile: Decodable {
        let inputSize: Int
        let outputSize: Int
        let hasBias: Bool?
        let activation: String?

        enum CodingKeys: String, CodingKey {
            case inputSize = "in_features"
            case outputSize = "out_features"
            case hasBias = "bias"
            case activation = "activation_function"
        }
    }

    private static func dense(in folder: URL) throws -> Dense {
        let file = "\(folder.lastPathComponent)/config.json"
        guard
            let fields = try ConfigurationFile.json(
                DenseFile.self, at: folder.appendingPathComponent("config.json"))
        else {
            throw ModelError.invalidFile("\(file) is missing: modules.json names it")
        }
        let sizes = 1...65_536
        guard sizes.contains(fields.inputSize), sizes.contains(fields.outputSize) else {
            throw ModelError.invalidFile(
                "\(file): in_features \(fields.inputSize) or out_features \(fields.outputSize) "
                    + "is outside \(sizes)")
        }
        let activation = fields.activation?.split(separator: ".").last.map(String.init) ?? "Tanh"
        return Dense(
            url: folder, inputSize: fields.inputSize, outputSize: fields.outputSize,
            hasBias: fields.hasBias ?? true, activation: activation)
    }
}
