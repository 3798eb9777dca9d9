import AjanEmbed
public import ArgumentParser

/// The options of every command that opens a model.
struct ModelOptions: ParsableArguments {
    @Option(
        name: [.customShort("m"), .customLong("model")],
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache. Default: "
                + "\(ModelCatalog.defaultModel); for an index, the model that it was made with.",
            valueName: "name|dir"))
    var named: String?

    /// The model that the command line names, or the default one.
    var model: String { named ?? ModelCatalog.defaultModel }

    @Option(help: "int8 is four times smaller and the fastest; f32 is the reference.")
    var precision: SentenceEncoder.Precision = .int8

    @Option(
        help: """
            cpu, cuda, or auto: a CUDA device when there is one. A device computes in bf16, or in \
            f32 with --precision f32; its vectors are close to the processor's, not equal.
            """)
    var device: SentenceEncoder.Device = .cpu

    @Option(help: "Threads at most. Default: what affinity and the container's quota allow.")
    var threads: Int?

    @Option(help: "Tokens of one window at most. Default: what the model states.")
    var maxTokens: Int?

    @Option(
        help: """
            Numbers of a vector: its first ones, scaled to length 1 again, for models trained so \
            (Matryoshka). Default: all.
            """)
    var dimensions: Int?

    func validate() throws {
        if let threads, threads < 1 {
            throw ValidationError("--threads is \(threads); it must be at least 1.")
        }
        if let maxTokens, maxTokens < 8 {
            throw ValidationError("--max-tokens is \(maxTokens); it must be at least 8.")
        }
    }

    /// Opens the model.
    ///
    /// - Parameter name: another default than that of all commands.
    func open(default name: String? = nil, normalizes: Bool = true) throws -> SentenceEncoder {
        let model = named ?? name ?? self.model
        var options = SentenceEncoder.Options()
        options.precision = precision
        options.threads = threads
        options.maxTokens = maxTokens
        options.dimensions = dimensions
        options.normalizes = normalizes
        options.device = device
        let encoder = try SentenceEncoder(ModelCatalog.locate(model), options: options)
        if let maxTokens, maxTokens > encoder.maxTokens {
            throw ValidationError(
                "--max-tokens is \(maxTokens); \(model) takes at most \(encoder.maxTokens).")
        }
        if device == .auto {
            Terminal.write("device: \(encoder.deviceExplanation)", to: .error)
        }
        return encoder
    }
}

extension SentenceEncoder.Precision: ExpressibleByArgument {}
extension SentenceEncoder.Device: ExpressibleByArgument {}
extension Role: ExpressibleByArgument {}
extension LongText: ExpressibleByArgument {}
