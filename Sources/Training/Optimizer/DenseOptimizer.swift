import Compute

/// AdamW for everything but the word table.
final class DenseOptimizer {
    /// A run of parameters side by side that are treated alike, counted from `denseStart`.
    private struct Segment {
        var range: Range<Int>
        let decays: Bool
    }

    let firstMoments: Matrix
    let secondMoments: Matrix
    private let values: Matrix
    private let segments: [Segment]

    init(student: Student, frozen: TrainerConfiguration.Frozen) {
        let start = student.layout.denseStart
        let count = student.layout.count - start
        values = student.values.view(at: start, rows: 1, columns: count)
        firstMoments = Matrix(rows: 1, columns: count)
        secondMoments = Matrix(rows: 1, columns: count)
        var segments: [Segment] = []
        for parameter in student.layout.parameters
        where parameter.offset >= start && !frozen.contains(parameter.part) {
            let range = parameter.offset - start..<parameter.offset - start + parameter.count
            if let last = segments.last, last.decays == parameter.decays,
                last.range.upperBound == range.lowerBound
            {
                segments[segments.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                segments.append(Segment(range: range, decays: parameter.decays))
            }
        }
        self.segments = segments
    }

    /// Takes a step; `decaying` is for matrices and tables, `plain` for biases and LayerNorm.
    func apply(decaying: AdamWStep, plain: AdamWStep, gradients: Matrix, pool: ComputePool) {
        for segment in segments {
            func part(_ matrix: Matrix) -> Matrix { matrix.columns(segment.range) }
            AdamWKernel.apply(
                segment.decays ? decaying : plain, parameters: part(values),
                firstMoments: part(firstMoments), secondMoments: part(secondMoments),
                gradient: part(gradients), pool: pool)
        }
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
