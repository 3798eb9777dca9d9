package import AjanAccelerator
import AjanCompute
package import AjanEncoder

extension DeviceShape {
    /// What a device computes for a student.
    package init(
        _ configuration: StudentConfiguration, layout: ParameterLayout
    ) throws(AcceleratorError) {
        try self.init(
            encoder: configuration.encoder, pooling: configuration.pooling,
            activation: configuration.dense?.activation ?? .identity,
            normalizes: configuration.normalizes, layout: layout)
    }
}

extension DeviceOptions {
    /// How a device trains under `configuration`.
    package init(_ configuration: TrainerConfiguration, layout: ParameterLayout) {
        self.init(
            precision: configuration.precision,
            freezesEmbeddings: configuration.frozen.embeddings,
            frozenLayers: configuration.frozen.lowerLayers,
            segments: OptimizerSegment.all(of: layout, frozen: configuration.frozen).map {
                Segment(range: $0.range, decays: $0.decays)
            })
    }
}

extension DeviceModel.Objective {
    /// Nil when the caller has to compute the objective: losses that compare sequences, and
    /// prefixes of vectors.
    init?(_ step: StepBatch) {
        guard step.objective.prefixes.isEmpty, let teacher = step.batch.teacher else { return nil }
        var (squares, cosine): (Float, Float) = (0, 0)
        for term in step.objective.terms {
            switch term.loss {
            case .meanSquaredError: squares += term.weight
            case .cosine: cosine += term.weight
            case .relational, .multipleNegatives: return nil
            }
        }
        self.init(
            meanSquaredError: squares, cosine: cosine, teacher: teacher.dense,
            share: Float(step.share))
    }
}

extension Matrix {
    /// The same numbers with rows side by side, copied when they are not.
    fileprivate var dense: Matrix {
        guard !isDense else { return self }
        let copy = Matrix(rows: rows, columns: columns)
        copy.copy(from: self)
        return copy
    }
}
