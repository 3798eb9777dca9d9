import AjanAccelerator
import AjanCompute
import AjanEncoder

/// Training on a device. Parameters, moments and gradients stay there; losses that the device does
/// not know are computed here, between its two halves of a batch.
final class DeviceBackend: TrainingBackend {
    let model: DeviceModel
    private let student: Student
    private let freezesEmbeddings: Bool
    private let pool: ComputePool
    /// Word ids of the step, rising.
    private(set) var wordIDs: [Int32] = []
    /// Whether a row of the word table ever had a gradient.
    private var hasMoments: [Bool]
    /// Nil once gradients were changed from outside.
    private var knownSquaredNorm: Double?
    /// The gradients that `gradients()` gave to the caller, who may have changed them.
    private var handedOut: Trainer.Gradients?
    /// Whether the parameters in memory are those on the device.
    private var isSynchronized = true

    init(
        student: Student, configuration: TrainerConfiguration, pool: ComputePool,
        device: AcceleratorDevice
    ) throws(AcceleratorError) {
        self.student = student
        self.pool = pool
        freezesEmbeddings = configuration.frozen.embeddings
        hasMoments = [Bool](
            repeating: false, count: student.configuration.encoder.vocabularySize)
        model = try DeviceModel(
            device, shape: DeviceShape(student.configuration, layout: student.layout),
            options: DeviceOptions(configuration, layout: student.layout),
            parameters: student.values)
    }

    // MARK: Gradients

    func computeGradients(_ batches: [StepBatch]) throws -> Double {
        handedOut = nil
        knownSquaredNorm = nil
        wordIDs =
            freezesEmbeddings
            ? [] : RowGroups(batches.flatMap(\.batch.sequences.inputIDs)).ids
        try model.beginStep(words: wordIDs)
        // Nil until the device tells.
        var losses = try batches.map(accumulate)
        let (known, squaredNorm) = try model.finishGradients()
        var next = 0
        for index in losses.indices where losses[index] == nil {
            losses[index] = known[next]
            next += 1
        }
        for (batch, loss) in zip(batches, losses) { try batch.check(loss ?? .nan) }
        knownSquaredNorm = squaredNorm
        return losses.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Adds the gradients of one batch; returns its loss, or nil when the device will tell it.
    private func accumulate(_ batch: StepBatch) throws -> Double? {
        guard batch.batch.sequences.sequenceCount > 0 else { return 0 }
        let form = deviceForm(of: batch)
        if let objective = DeviceModel.Objective(batch) {
            try model.accumulate(form, objective: objective)
            return nil
        }
        let value = batch.value(try model.forward(form), pool: pool)
        // Not an error yet: the error names the first batch of the step that is not finite, and the
        // losses of earlier batches may come from the device only at the end.
        if value.loss.isFinite { try model.backward(form, gradient: value.gradient) }
        return value.loss
    }

    private func deviceForm(of batch: StepBatch) -> DeviceBatch {
        let dropout = batch.pass.dropout
        var form = DeviceBatch(
            batch.batch.sequences, positions: batch.pass.positions,
            firstSequence: batch.pass.firstSequence,
            thresholds: (
                dropout.embeddings.threshold, dropout.probabilities(layer: 0).threshold
            ),
            key: Dropout.key(seed: dropout.seed, step: dropout.step))
        if !freezesEmbeddings {
            let words = RowGroups(batch.batch.sequences.inputIDs)
            form.setGroups(
                words: words, wordTargets: WordGradients.places(of: words.ids, in: wordIDs),
                positions: RowGroups(batch.pass.positions))
        }
        return form
    }

    func gradients() throws -> Trainer.Gradients {
        if let handedOut { return handedOut }
        let layout = student.layout
        let dense = Matrix(rows: 1, columns: layout.count - layout.denseStart)
        try model.read(.denseGradients, into: dense)
        let rows = Matrix(
            rows: wordIDs.count, columns: student.configuration.encoder.hiddenSize)
        if !wordIDs.isEmpty { try model.read(.wordGradients, into: rows) }
        let gradients = Trainer.Gradients(dense: dense, wordIDs: wordIDs, wordRows: rows)
        handedOut = gradients
        return gradients
    }

    func widenWordGradients(to ids: [Int32]) throws {
        try takeBack()
        guard !freezesEmbeddings else { return }
        try model.widenWords(to: ids)
        wordIDs = ids
    }

    /// Writes the gradients that the caller has back to the device, in case they were changed.
    private func takeBack() throws {
        guard let own = handedOut else { return }
        try model.write(.denseGradients, own.dense)
        if !own.wordIDs.isEmpty { try model.write(.wordGradients, own.wordRows) }
        handedOut = nil
        knownSquaredNorm = nil
    }

    func squaredNorm() throws -> Double {
        try takeBack()
        if let knownSquaredNorm { return knownSquaredNorm }
        let squaredNorm = try model.finishGradients().squaredNorm
        knownSquaredNorm = squaredNorm
        return squaredNorm
    }

    private(set) var isJoined = false

    func join(group name: [UInt8], rank: Int, count: Int) throws {
        try model.join(group: name, rank: rank, count: count)
        isJoined = true
    }

    /// Adds up the gradients of all devices that have joined.
    func sumGradients() throws {
        try takeBack()
        try model.sumGradients()
        knownSquaredNorm = nil
    }

    // MARK: Parameters

    func apply(decaying: AdamWStep, plain: AdamWStep, words: AdamWStep) throws {
        try takeBack()
        try model.apply(decaying: decaying, plain: plain, words: words)
        for id in wordIDs { hasMoments[Int(id)] = true }
        isSynchronized = false
    }

    func vectors(of pass: ForwardPass) throws -> Matrix {
        try model.beginVectors(of: DeviceBatch(pass.batch, positions: pass.positions), slot: 0)
        return try model.endVectors(slot: 0, sequences: pass.batch.sequenceCount)
    }

    func synchronize() throws {
        guard !isSynchronized else { return }
        try model.read(.parameters, into: student.values)
        isSynchronized = true
    }

    func moments() throws -> OptimizerMoments {
        let layout = student.layout
        func dense(_ numbers: DeviceModel.Numbers) throws -> Matrix {
            let values = Matrix(rows: 1, columns: layout.count - layout.denseStart)
            try model.read(numbers, from: layout.denseStart, into: values)
            return values
        }
        let ids = hasMoments.indices.filter { hasMoments[$0] }.map { Int32($0) }
        return OptimizerMoments(
            first: try dense(.firstMoments), second: try dense(.secondMoments),
            words: freezesEmbeddings
                ? nil
                : .init(
                    ids: ids, first: try rows(ids, of: .firstMoments),
                    second: try rows(ids, of: .secondMoments)))
    }

    func restore(_ moments: OptimizerMoments, step: Int) throws {
        let start = student.layout.denseStart
        try model.write(.parameters, student.values)
        try model.write(.firstMoments, from: start, moments.first)
        try model.write(.secondMoments, from: start, moments.second)
        isSynchronized = true
        handedOut = nil
        guard let words = moments.words else { return }
        hasMoments = [Bool](repeating: false, count: hasMoments.count)
        for id in words.ids { hasMoments[Int(id)] = true }
        try writeRows(words.ids, words.first, to: .firstMoments)
        try writeRows(words.ids, words.second, to: .secondMoments)
    }

    // MARK: Rows of the word table

    /// Rows that go between device and memory at once.
    private static let blockRows = 4_096

    /// The rows `ids` of a table on the device.
    private func rows(_ ids: [Int32], of numbers: DeviceModel.Numbers) throws -> Matrix {
        let size = student.configuration.encoder.hiddenSize
        let result = Matrix(rows: ids.count, columns: size)
        try forEachBlock { block in
            let own = Self.places(of: block, in: ids)
            guard !own.isEmpty else { return }
            let rows = Matrix(rows: block.count, columns: size)
            try model.read(numbers, from: block.lowerBound * size, into: rows)
            for place in own {
                let row = Int(ids[place]) - block.lowerBound
                result.rows(place..<place + 1).copy(from: rows.rows(row..<row + 1))
            }
        }
        return result
    }

    /// Makes a table on the device zero but for the rows `ids`.
    private func writeRows(
        _ ids: [Int32], _ values: Matrix, to numbers: DeviceModel.Numbers
    ) throws {
        let size = student.configuration.encoder.hiddenSize
        try forEachBlock { block in
            let rows = Matrix(rows: block.count, columns: size)
            for place in Self.places(of: block, in: ids) {
                let row = Int(ids[place]) - block.lowerBound
                rows.rows(row..<row + 1).copy(from: values.rows(place..<place + 1))
            }
            try model.write(numbers, from: block.lowerBound * size, rows)
        }
    }

    private func forEachBlock(_ body: (Range<Int>) throws -> Void) throws {
        for start in stride(from: 0, to: hasMoments.count, by: Self.blockRows) {
            try body(start..<min(start + Self.blockRows, hasMoments.count))
        }
    }

    /// The places of `ids` (rising) whose values lie in `block`.
    private static func places(of block: Range<Int>, in ids: [Int32]) -> Range<Int> {
        func first(from value: Int) -> Int {
            var (low, high) = (0, ids.count)
            while low < high {
                let middle = (low + high) / 2
                if ids[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return first(from: block.lowerBound)..<first(from: block.upperBound)
    }
}
