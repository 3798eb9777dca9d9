import AjanEmbed
public import ArgumentParser

/// The options of every command that opens a model.
struct ModelOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A model folder, or the name of a model in the cache.", valueName: "name|dir"))
    var model: String = ModelCatalog.defaultModel

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

    func validate() throws {
        if let threads, threads < 1 {
            throw ValidationError("--threads is \(threads); it must be at least 1.")
        }
        if let maxTokens, maxTokens < 8 {
            throw ValidationError("--max-tokens is \(maxTokens); it must be at least 8.")
        }
    }

    /// Opens the model.
    func open(normalizes: Bool = true) throws -> SentenceEncoder {
        var options = SentenceEncoder.Options()
        options.precision = precision
        options.threads = threads
        options.maxTokens = maxTokens
        options.normalizes = normalizes
        options.device = device
        let encoder = try SentenceEncoder(ModelCatalog.locate(model), options: options)
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
