import AjanCompute
import AjanEncoder

/// Training on the processor.
final class ProcessorBackend: TrainingBackend {
    private let student: Student
    private let optimizer: DenseOptimizer
    /// Nil when the embeddings are frozen.
    private var words: WordTable?
    private let network: StudentNetwork
    private let denseGradients: Matrix
    private let wordGradients: WordGradients
    private let pool: ComputePool

    init(student: Student, configuration: TrainerConfiguration, pool: ComputePool) {
        self.student = student
        self.pool = pool
        denseGradients = Matrix(
            rows: 1, columns: student.layout.count - student.layout.denseStart)
        wordGradients = WordGradients(hiddenSize: student.configuration.encoder.hiddenSize)
        network = StudentNetwork(
            student: student, gradients: denseGradients, frozen: configuration.frozen,
            precision: configuration.precision, pool: pool)
        optimizer = DenseOptimizer(student: student, frozen: configuration.frozen)
        if !configuration.frozen.embeddings { words = table(step: 0) }
    }

    private func table(step: Int) -> WordTable {
        WordTable(
            values: student.matrix(student.layout.parameters[0]), step: step, pool: pool)
    }

    // MARK: Gradients

    func computeGradients(_ batches: [StepBatch]) throws -> Double {
        begin(batches)
        return try batches.reduce(0) { try $0 + accumulate($1) }
    }

    /// Clears the gradients and brings the rows that the step reads up to date.
    private func begin(_ batches: [StepBatch]) {
        denseGradients.clear(pool: pool)
        guard let words else { return }
        let ids = RowGroups(batches.flatMap(\.batch.sequences.inputIDs)).ids
        words.update(ids)
        wordGradients.begin(ids: ids, pool: pool)
    }

    private func accumulate(_ batch: StepBatch) throws(TrainingError) -> Double {
        let trace = network.forward(batch.pass)
        let value = batch.value(trace.vectors, pool: pool)
        try batch.check(value.loss)
        network.backward(trace, gradient: value.gradient, wordGradients: wordGradients)
        return value.loss
    }

    var wordIDs: [Int32] { wordGradients.ids }

    func gradients() -> Trainer.Gradients {
        Trainer.Gradients(
            dense: denseGradients, wordIDs: wordIDs, wordRows: wordGradients.rows)
    }

    func widenWordGradients(to ids: [Int32]) { wordGradients.widen(to: ids, pool: pool) }

    func squaredNorm() -> Double {
        let words = AdamWKernel.squareSum(wordGradients.rows.flat, pool: pool)
        return AdamWKernel.squareSum(denseGradients, pool: pool) + words
    }

    // MARK: Parameters

    func apply(decaying: AdamWStep, plain: AdamWStep, words step: AdamWStep) {
        optimizer.apply(
            decaying: decaying, plain: plain, gradients: denseGradients, pool: pool)
        words?.apply(step, ids: wordGradients.ids, gradients: wordGradients.rows)
    }

    func vectors(of pass: ForwardPass) -> Matrix {
        words?.update(RowGroups(pass.batch.inputIDs).ids)
        return network.forward(pass).vectors
    }

    func synchronize() { words?.updateAll() }

    func moments() -> OptimizerMoments {
        let own = words.map { words in
            let ids = words.rowsWithMoments
            let moments = words.moments(of: ids)
            return OptimizerMoments.Words(ids: ids, first: moments.first, second: moments.second)
        }
        return OptimizerMoments(
            first: optimizer.firstMoments, second: optimizer.secondMoments, words: own)
    }

    func restore(_ moments: OptimizerMoments, step: Int) {
        optimizer.firstMoments.copy(from: moments.first)
        optimizer.secondMoments.copy(from: moments.second)
        guard let own = moments.words else { return }
        let words = table(step: step)
        words.setMoments(of: own.ids, first: own.first, second: own.second)
        self.words = words
    }
}
