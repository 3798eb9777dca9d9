import AjanCompute
import AjanEmbed
import AjanEncoder
import AjanEvaluation
import AjanTraining

/// Measures a student while it is trained: how near it is to the teacher on held-out texts, and how
/// well it retrieves.
struct StudentMeasure {
    let trainer: Trainer
    let student: StudentText
    let set: TrainingSet
    let watch: [(name: String, data: RetrievalData)]

    /// Tokens that go through the student at once.
    private var batchTokens: Int { trainer.usesDevice ? 16_384 : 4_096 }
    /// Resamples of intervals that nobody reads here; the least that a session accepts.
    private static let replicates = 100

    func measure(step: Int) throws -> StudentMeasurement {
        let (mse, cosine) = try heldOut()
        var retrieval: [String: Double] = [:]
        for task in watch {
            let values = try TaskEvaluator(resampling: resampling).mainScores(
                task.data, queries: task.data.queries.map(\.text), system: self)
            retrieval[task.name] = values.reduce(0, +) / Double(max(1, values.count))
        }
        return StudentMeasurement(
            step: step, heldOutMSE: mse, heldOutCosine: cosine, retrieval: retrieval)
    }

    private var resampling: EvaluationRun.Resampling {
        var resampling = EvaluationRun.Resampling()
        resampling.replicates = Self.replicates
        return resampling
    }

    private func heldOut() throws -> (mse: Double, cosine: Double) {
        guard !set.heldOut.isEmpty else { return (0, 0) }
        let vectors = try vectors(
            of: set.heldOut.map { student.ids(set.text($0), role: set.role($0)) })
        var (squares, cosines) = (0.0, 0.0)
        for (vector, example) in zip(vectors, set.heldOut) {
            let target = set.vector(example)
            squares += zip(vector, target).reduce(0) { sum, pair in
                let difference = Double(pair.0) - Double(pair.1)
                return sum + difference * difference
            }
            cosines += Self.cosine(vector, target)
        }
        let count = Double(vectors.count)
        return (squares / (count * Double(vectors[0].count)), cosines / count)
    }

    private static func cosine(_ a: [Float], _ b: [Float]) -> Double {
        let norms = Double(VectorMath.dot(a, a)) * Double(VectorMath.dot(b, b))
        return Double(VectorMath.dot(a, b)) / max(norms.squareRoot(), 1e-12)
    }

    /// The student's vectors of token sequences, in order.
    private func vectors(of sequences: [[Int32]]) throws -> [[Float]] {
        let plan = BatchPlan(lengths: sequences.map(\.count), budget: batchTokens)
        var vectors = [[Float]](repeating: [], count: sequences.count)
        for batch in plan.batches {
            let rows = try trainer.vectors(of: PackedBatch(batch.map { sequences[$0] }))
            for (row, index) in batch.enumerated() { vectors[index] = rows.row(row) }
        }
        return vectors
    }
}

extension StudentMeasure: RetrievalSystem {
    /// Cosines of every query with every document, both cut at the student's window.
    func scores(queries: [String], documents: [String]) throws -> [[Double]] {
        func unitRows(_ texts: [String], _ role: Role) throws -> Matrix {
            let vectors = try vectors(of: texts.map { student.ids($0, role: role) })
            let rows = Matrix(rows: vectors.count, columns: vectors.first?.count ?? 0)
            for (index, vector) in vectors.enumerated() { rows.setRow(index, to: vector) }
            VectorMath.normalize(rows)
            return rows
        }
        let passages = try unitRows(documents, .passage)
        let questions = try unitRows(queries, .query)
        return (0..<questions.rows).map { index in
            VectorMath.dots(questions.row(index), rows: passages).map(Double.init)
        }
    }
}
