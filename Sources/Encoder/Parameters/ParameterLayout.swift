import AjanCompute

/// One named tensor of a model and its place in the flat allocation of all parameters.
package struct Parameter: Sendable, Equatable {
    /// What a parameter belongs to; decides what freezing means.
    package enum Part: Sendable, Equatable {
        case embeddings
        /// An encoder layer, counted from the input.
        case layer(Int)
        case dense
    }

    /// The name of Hugging Face; tensors of the Dense layer begin with `dense.`.
    package let name: String
    package let shape: [Int]
    /// Index of its first number in the allocation.
    package let offset: Int
    package let part: Part
    /// Whether weight decay applies: matrices and tables yes, biases and LayerNorm no.
    package let decays: Bool

    package var count: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<offset + count }
}

/// Where every parameter of a model lies that is trained, or computed on a device: encoder and at
/// most one Dense layer, in one flat allocation of f32.
///
/// The word table comes first. Everything after it, from `denseStart`, gets a gradient in each
/// step. Query, key and value projections lie one below the other, so that they are one matrix.
package struct ParameterLayout: Sendable, Equatable {
    /// The weights and biases of one linear layer or LayerNorm, as indices of first numbers.
    package struct Linear: Sendable, Equatable {
        package let weight: Int
        /// Nil when the layer has no bias.
        package let bias: Int?
        package let outputSize: Int
        package let inputSize: Int
    }

    /// What decides the parameters of the Dense layer on the pooled vector.
    package struct DenseShape: Sendable, Equatable {
        package let outputSize: Int
        package let hasBias: Bool

        package init(outputSize: Int, hasBias: Bool) {
            self.outputSize = outputSize
            self.hasBias = hasBias
        }
    }

    package struct Norm: Sendable, Equatable {
        package let weight: Int
        package let bias: Int
    }

    package struct Layer: Sendable, Equatable {
        package let queryKeyValue: Linear
        package let attentionOutput: Linear
        package let attentionNorm: Norm
        package let intermediate: Linear
        package let output: Linear
        package let outputNorm: Norm
    }

    /// In the order of their places.
    package let parameters: [Parameter]
    /// Numbers in the whole allocation, gaps for alignment included.
    package let count: Int
    /// Index of the first number after the word table.
    package let denseStart: Int
    package let positions: Int
    package let types: Int
    package let embeddingNorm: Norm
    package let layers: [Layer]
    package let dense: Linear?

    package init(_ encoder: EncoderConfiguration, dense shape: DenseShape?) {
        let size = encoder.hiddenSize
        var list = ParameterList()
        list.add("embeddings.word_embeddings.weight", [encoder.vocabularySize, size])
        list.align()
        denseStart = list.count
        positions = list.add(
            "embeddings.position_embeddings.weight", [encoder.maxPositionEmbeddings, size])
        types = list.add(
            "embeddings.token_type_embeddings.weight", [encoder.typeVocabularySize, size])
        embeddingNorm = list.addNorm("embeddings.LayerNorm", size: size)
        layers = (0..<encoder.numHiddenLayers).map { index in
            list.part = .layer(index)
            return list.addLayer("encoder.layer.\(index).", encoder)
        }
        list.part = .dense
        dense = shape.map { shape in
            list.addLinear(
                ["dense.linear"], outputSize: shape.outputSize, inputSize: size,
                hasBias: shape.hasBias)
        }
        parameters = list.parameters
        count = list.count
    }

    /// The parameter of that name.
    package func parameter(_ name: String) -> Parameter? {
        parameters.first { $0.name == name }
    }
}

/// Lays parameters one after the other.
private struct ParameterList {
    var parameters: [Parameter] = []
    var count = 0
    var part = Parameter.Part.embeddings

    @discardableResult
    mutating func add(_ name: String, _ shape: [Int], decays: Bool = true) -> Int {
        let parameter = Parameter(
            name: name, shape: shape, offset: count, part: part, decays: decays)
        parameters.append(parameter)
        count += parameter.count
        return parameter.offset
    }

    /// Goes on at a multiple of 64 bytes.
    mutating func align() { count = count.roundedUp(to: 16) }

    mutating func addNorm(_ name: String, size: Int) -> ParameterLayout.Norm {
        align()
        let weight = add(name + ".weight", [size], decays: false)
        align()
        return ParameterLayout.Norm(
            weight: weight, bias: add(name + ".bias", [size], decays: false))
    }

    /// One linear layer of the named parts, stacked by output rows.
    mutating func addLinear(
        _ names: [String], outputSize: Int, inputSize: Int, hasBias: Bool = true
    ) -> ParameterLayout.Linear {
        align()
        let weights = names.map { add($0 + ".weight", [outputSize, inputSize]) }
        align()
        let biases = hasBias ? names.map { add($0 + ".bias", [outputSize], decays: false) } : []
        return ParameterLayout.Linear(
            weight: weights[0], bias: biases.first, outputSize: outputSize * names.count,
            inputSize: inputSize)
    }

    mutating func addLayer(
        _ prefix: String, _ encoder: EncoderConfiguration
    ) -> ParameterLayout.Layer {
        let size = encoder.hiddenSize
        let wide = encoder.intermediateSize
        return ParameterLayout.Layer(
            queryKeyValue: addLinear(
                ["query", "key", "value"].map { prefix + "attention.self." + $0 },
                outputSize: size, inputSize: size),
            attentionOutput: addLinear(
                [prefix + "attention.output.dense"], outputSize: size, inputSize: size),
            attentionNorm: addNorm(prefix + "attention.output.LayerNorm", size: size),
            intermediate: addLinear(
                [prefix + "intermediate.dense"], outputSize: wide, inputSize: size),
            output: addLinear([prefix + "output.dense"], outputSize: size, inputSize: wide),
            outputNorm: addNorm(prefix + "output.LayerNorm", size: size))
    }
}
