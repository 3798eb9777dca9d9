/// What mteb's `ModelMeta` needs to list a run among its results. mteb wants every field named,
/// also those that nobody stated.
struct MTEBModelMeta: Encodable {
    /// mteb's names have an owner in front.
    let owner = "ajan"
    /// The model's fingerprint, or 1 for a word baseline.
    let revision: String
    private let name: String
    private let parameters: Int?

    init(_ system: SystemDescription, name: String) {
        self.name = "\(owner)/\(name)"
        revision = system.fingerprint.map { String($0.prefix(16)) } ?? "1"
        parameters = system.parameters
    }

    private enum CodingKeys: String, CodingKey {
        case name, revision, framework, modalities
        case parameters = "n_parameters"
        case modelType = "model_type"
        case loader, languages, license
        case releaseDate = "release_date"
        case memoryUsage = "memory_usage_mb"
        case maxTokens = "max_tokens"
        case embedDim = "embed_dim"
        case openWeights = "open_weights"
        case trainingCode = "public_training_code"
        case trainingData = "public_training_data"
        case similarity = "similarity_fn_name"
        case useInstructions = "use_instructions"
        case trainingDatasets = "training_datasets"

        static let unstated: [CodingKeys] = [
            .loader, .languages, .license, .releaseDate, .memoryUsage, .maxTokens, .embedDim,
            .openWeights, .trainingCode, .trainingData, .similarity, .useInstructions,
            .trainingDatasets,
        ]
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(revision, forKey: .revision)
        try container.encode([String](), forKey: .framework)
        try container.encode(["text"], forKey: .modalities)
        try container.encode(["dense"], forKey: .modelType)
        try container.encode(parameters, forKey: .parameters)
        for key in CodingKeys.unstated { try container.encodeNil(forKey: key) }
    }
}
