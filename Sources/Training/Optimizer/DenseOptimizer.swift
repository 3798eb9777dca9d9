import AjanCompute
import AjanEncoder

/// AdamW for everything but the word table.
final class DenseOptimizer {
    let firstMoments: Matrix
    let secondMoments: Matrix
    private let values: Matrix
    private let segments: [OptimizerSegment]
    private let start: Int

    init(student: Student, frozen: TrainerConfiguration.Frozen) {
        let start = student.layout.denseStart
        let count = student.layout.count - start
        values = student.values.view(at: start, rows: 1, columns: count)
        firstMoments = Matrix(rows: 1, columns: count)
        secondMoments = Matrix(rows: 1, columns: count)
        segments = OptimizerSegment.all(of: student.layout, frozen: frozen)
        self.start = start
    }

    /// Takes a step; `decaying` is for matrices and tables, `plain` for biases and LayerNorm.
    func apply(decaying: AdamWStep, plain: AdamWStep, gradients: Matrix, pool: ComputePool) {
        for segment in segments {
            let range = segment.range.lowerBound - start..<segment.range.upperBound - start
            func part(_ matrix: Matrix) -> Matrix { matrix.columns(range) }
            AdamWKernel.apply(
                segment.decays ? decaying : plain, parameters: part(values),
                firstMoments: part(firstMoments), secondMoments: part(secondMoments),
                gradient: part(gradients), pool: pool)
        }
    }
}

/// A run of parameters side by side that are treated alike, counted from the beginning of the flat
/// allocation.
struct OptimizerSegment {
    var range: Range<Int>
    let decays: Bool

    /// Everything after the word table that is not frozen, rising.
    static func all(
        of layout: ParameterLayout, frozen: TrainerConfiguration.Frozen
    ) -> [OptimizerSegment] {
        var segments: [OptimizerSegment] = []
        for parameter in layout.parameters
        where parameter.offset >= layout.denseStart && !frozen.contains(parameter.part) {
            if let last = segments.last, last.decays == parameter.decays,
                last.range.upperBound == parameter.range.lowerBound
            {
                segments[segments.count - 1].range =
                    last.range.lowerBound..<parameter.range.upperBound
            } else {
                segments.append(
                    OptimizerSegment(range: parameter.range, decays: parameter.decays))
            }
        }
        return segments
    }
}

extension TrainerConfiguration.Frozen {
    /// Whether parameters of `part` stay as they are.
    func contains(_ part: Parameter.Part) -> Bool {
        switch part {
        case .embeddings: embeddings
        case .layer(let index): index < lowerLayers
        case .dense: false
        }
    }
}
