/// Names of an encoder's tensors.
enum TensorNames {
    static let words = "embeddings.word_embeddings.weight"
    private static let layer = "encoder.layer."

    /// The name of a tensor when only `layers` are kept; nil for a tensor of another layer.
    static func renumbered(_ name: String, layers: [Int]) -> String? {
        guard name.hasPrefix(layer) else { return name }
        let rest = name.dropFirst(layer.count)
        guard let dot = rest.firstIndex(of: "."), let number = Int(rest[..<dot]),
            let place = layers.firstIndex(of: number)
        else { return nil }
        return "\(layer)\(place)\(rest[dot...])"
    }
}
