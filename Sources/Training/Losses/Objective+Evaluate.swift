package import AjanCompute
import AjanEncoder

extension Objective {
    /// The objective on the vectors of one batch.
    ///
    /// - Parameters:
    ///   - vectors: of the student, `[sequences, dimensions]`.
    ///   - batch: brings the teacher's vectors, or says that the sequences are pairs; `check` has
    ///     made sure of what the terms need.
    package func evaluate(_ vectors: Matrix, batch: TrainingBatch, pool: ComputePool) -> LossValue {
        var total = LossValue(zeroLike: vectors)
        guard vectors.rows > 0 else { return total }
        if prefixes.isEmpty {
            total.add(sum(of: vectors, teacher: batch.teacher, pool: pool), weight: 1)
        }
        for prefix in prefixes {
            let columns = 0..<prefix.dimensions
            let units = UnitRows(vectors.columns(columns))
            let teacher = batch.teacher.map { UnitRows($0.columns(columns)).rows }
            let value = sum(of: units.rows, teacher: teacher, pool: pool)
            total.add(
                LossValue(loss: value.loss, gradient: units.pullBack(value.gradient)),
                weight: prefix.weight)
        }
        return total
    }

    /// The weighted sum of the terms.
    private func sum(of vectors: Matrix, teacher: Matrix?, pool: ComputePool) -> LossValue {
        var total = LossValue(zeroLike: vectors)
        for term in terms {
            switch (term.loss, teacher) {
            case (.meanSquaredError, .some(let teacher)):
                total.add(Losses.meanSquaredError(vectors, teacher), weight: term.weight)
            case (.cosine, .some(let teacher)):
                total.add(Losses.cosine(vectors, teacher), weight: term.weight)
            case (.relational, .some(let teacher)):
                total.add(Losses.relational(vectors, teacher, pool: pool), weight: term.weight)
            case (.multipleNegatives(let scale), _):
                total.add(
                    Losses.multipleNegatives(vectors, scale: scale, pool: pool),
                    weight: term.weight)
            case (_, nil): preconditionFailure("\(term.loss) without a teacher: call check first")
            }
        }
        return total
    }

    /// Whether `batch`, the batch number `index` of its step, has what the terms need.
    ///
    /// - Throws: `TrainingError.batch`.
    func check(_ batch: TrainingBatch, index: Int, dimensions: Int) throws(TrainingError) {
        let sequences = batch.sequences.sequenceCount
        func refuse(_ problem: String) -> TrainingError { .batch(index: index, problem: problem) }
        if let teacher = batch.teacher,
            teacher.rows != sequences || teacher.columns != dimensions
        {
            throw refuse(
                "teacher vectors are [\(teacher.rows), \(teacher.columns)], the student gives "
                    + "[\(sequences), \(dimensions)]; a Dense layer makes the sizes equal")
        }
        for term in terms {
            if term.loss.needsTeacher, batch.teacher == nil {
                throw refuse("the loss \(term.loss) needs teacher vectors")
            }
            if !term.loss.needsTeacher, !batch.isPaired || sequences % 2 != 0 {
                throw refuse("the loss \(term.loss) needs pairs: an even number of sequences")
            }
        }
        for row in 0..<(batch.sequences.sequenceCount) where batch.sequences.rows(of: row).isEmpty {
            throw refuse("sequence \(row) has no token")
        }
    }

    /// Whether the settings make sense for vectors of `dimensions` numbers.
    ///
    /// - Throws: `TrainingError.setting`.
    func check(dimensions: Int) throws(TrainingError) {
        guard !terms.isEmpty else { throw .setting(name: "loss", problem: "names no loss") }
        for term in terms {
            guard term.weight.isFinite, term.weight > 0 else {
                throw .setting(name: "loss weight", problem: "is \(term.weight), must be above 0")
            }
            if case .multipleNegatives(let scale) = term.loss, !(scale > 0 && scale.isFinite) {
                throw .setting(name: "scale", problem: "is \(scale), must be above 0")
            }
        }
        for prefix in prefixes {
            guard (1...dimensions).contains(prefix.dimensions) else {
                throw .setting(
                    name: "matryoshka dimensions",
                    problem: "\(prefix.dimensions) is outside 1...\(dimensions)")
            }
            guard prefix.weight.isFinite, prefix.weight > 0 else {
                throw .setting(
                    name: "matryoshka weight", problem: "is \(prefix.weight), must be above 0")
            }
        }
    }
}
