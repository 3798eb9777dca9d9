import AjanCompute
import AjanEncoder

/// The parameters of a student and their gradients in the form in which the network uses them.
struct NetworkParameters {
    struct Layer {
        let queryKeyValue: TrainableLinear
        let attentionOutput: TrainableLinear
        let attentionNorm: TrainableNorm
        let intermediate: TrainableLinear
        let output: TrainableLinear
        let outputNorm: TrainableNorm
    }

    /// `[vocabularySize, hiddenSize]`; its gradient is sparse and lies elsewhere.
    let words: Matrix
    let positions: Matrix
    let types: Matrix
    /// Nil when the embeddings are frozen.
    let positionGradient: Matrix?
    let typeGradient: Matrix?
    let embeddingNorm: TrainableNorm
    let layers: [Layer]
    let dense: TrainableLinear?

    /// - Parameter gradients: `[1, layout.count - layout.denseStart]`.
    init(
        student: Student, gradients: Matrix, frozen: TrainerConfiguration.Frozen,
        precision: ProductPrecision
    ) {
        let encoder = student.configuration.encoder
        let layout = student.layout
        let size = encoder.hiddenSize
        let views = Views(student: student, gradients: gradients, precision: precision)
        words = student.values.view(at: 0, rows: encoder.vocabularySize, columns: size)
        let positionRows = encoder.maxPositionEmbeddings
        positions = views.value(at: layout.positions, rows: positionRows, columns: size)
        types = views.value(at: layout.types, rows: encoder.typeVocabularySize, columns: size)
        positionGradient =
            frozen.embeddings
            ? nil : views.gradient(at: layout.positions, rows: positionRows, columns: size)
        typeGradient =
            frozen.embeddings ? nil : views.gradient(at: layout.types, rows: 1, columns: size)
        embeddingNorm = views.norm(layout.embeddingNorm, size: size, isFrozen: frozen.embeddings)
        layers = layout.layers.enumerated().map { index, layer in
            Layer(layer, views: views, size: size, isFrozen: index < frozen.lowerLayers)
        }
        dense = layout.dense.map { views.linear($0, isFrozen: false) }
    }
}

extension NetworkParameters.Layer {
    fileprivate init(_ layer: ParameterLayout.Layer, views: Views, size: Int, isFrozen: Bool) {
        queryKeyValue = views.linear(layer.queryKeyValue, isFrozen: isFrozen)
        attentionOutput = views.linear(layer.attentionOutput, isFrozen: isFrozen)
        attentionNorm = views.norm(layer.attentionNorm, size: size, isFrozen: isFrozen)
        intermediate = views.linear(layer.intermediate, isFrozen: isFrozen)
        output = views.linear(layer.output, isFrozen: isFrozen)
        outputNorm = views.norm(layer.outputNorm, size: size, isFrozen: isFrozen)
    }
}

/// Cuts views out of the allocations of parameters and gradients.
private struct Views {
    let student: Student
    let gradients: Matrix
    let precision: ProductPrecision

    func value(at offset: Int, rows: Int, columns: Int) -> Matrix {
        student.values.view(at: offset, rows: rows, columns: columns)
    }

    func gradient(at offset: Int, rows: Int, columns: Int) -> Matrix {
        gradients.view(at: offset - student.layout.denseStart, rows: rows, columns: columns)
    }

    func linear(_ layer: ParameterLayout.Linear, isFrozen: Bool) -> TrainableLinear {
        let (rows, columns) = (layer.outputSize, layer.inputSize)
        return TrainableLinear(
            weight: value(at: layer.weight, rows: rows, columns: columns),
            bias: layer.bias.map { value(at: $0, rows: 1, columns: rows) },
            weightGradient: isFrozen
                ? nil : gradient(at: layer.weight, rows: rows, columns: columns),
            biasGradient: isFrozen
                ? nil : layer.bias.map { gradient(at: $0, rows: 1, columns: rows) },
            precision: precision)
    }

    func norm(_ norm: ParameterLayout.Norm, size: Int, isFrozen: Bool) -> TrainableNorm {
        TrainableNorm(
            parameters: NormTraining.Parameters(
                weight: value(at: norm.weight, rows: 1, columns: size),
                bias: value(at: norm.bias, rows: 1, columns: size)),
            gradients: isFrozen
                ? nil
                : NormTraining.Parameters(
                    weight: gradient(at: norm.weight, rows: 1, columns: size),
                    bias: gradient(at: norm.bias, rows: 1, columns: size)))
    }
}
