package import AjanCompute

/// AdamW for the word table, where most rows have no gradient in a step.
///
/// Plain AdamW moves every row in every step: by its fading moments, and by weight decay. Here a
/// row is left alone until it is looked at again, and then gets all steps that it missed, one after
/// the other, with the same arithmetic. The table is therefore the same, bit for bit, as with dense
/// AdamW; memory traffic and the memory of moments follow the rows that a run really uses.
package final class WordTable {
    private let values: Matrix
    /// Zero, and not resident, for rows that never had a gradient.
    private let firstMoments: Matrix
    private let secondMoments: Matrix
    /// The number of steps that each row has been given.
    private var seen: [Int]
    private var hasMoments: [Bool]
    /// Rates and decay of the steps `historyStart ..< historyStart + history.count`, for rows that
    /// are still behind.
    private var history: [AdamWStep] = []
    private var historyStart: Int
    private let pool: ComputePool

    /// - Parameter step: number of the steps that `values` have been given already.
    package init(values: Matrix, step: Int, pool: ComputePool) {
        self.values = values
        firstMoments = Matrix(untouchedRows: values.rows, columns: values.columns)
        secondMoments = Matrix(untouchedRows: values.rows, columns: values.columns)
        seen = [Int](repeating: step, count: values.rows)
        hasMoments = [Bool](repeating: false, count: values.rows)
        historyStart = step
        self.pool = pool
    }

    /// Steps taken so far.
    private var step: Int { historyStart + history.count }

    /// Brings the rows `ids` up to date: applies the steps since each was last touched, as steps
    /// without a gradient. Call it before those rows are read.
    package func update(_ ids: [Int32]) {
        let late = ids.filter { seen[Int($0)] < step }
        guard !late.isEmpty else { return }
        let work = late.map { id in
            (row: Int(id), first: seen[Int(id)] - historyStart, moves: hasMoments[Int(id)])
        }
        let history = history
        pool.forEach(count: work.count, grain: 16) { [values, firstMoments, secondMoments] range in
            for (row, first, moves) in work[range] {
                let missed = history[first...]
                if !moves, !missed.contains(where: \.decays) { continue }
                let own = row..<row + 1
                AdamWKernel.idle(
                    missed, parameters: values.rows(own),
                    moments: moves ? (firstMoments.rows(own), secondMoments.rows(own)) : nil)
            }
        }
        for id in late { seen[Int(id)] = step }
    }

    /// Takes a step: at once on the rows `ids`, with their `gradients`; on all others later, when
    /// they are brought up to date.
    package func apply(_ optimizerStep: AdamWStep, ids: [Int32], gradients: Matrix) {
        update(ids)
        pool.forEach(count: ids.count, grain: 16) { [values, firstMoments, secondMoments] range in
            for index in range {
                let row = Int(ids[index])
                AdamWKernel.apply(
                    optimizerStep, parameters: values.rows(row..<row + 1),
                    firstMoments: firstMoments.rows(row..<row + 1),
                    secondMoments: secondMoments.rows(row..<row + 1),
                    gradient: gradients.rows(index..<index + 1))
            }
        }
        history.append(optimizerStep)
        for id in ids {
            seen[Int(id)] = step
            hasMoments[Int(id)] = true
        }
    }

    /// Brings all rows up to date, and forgets the steps.
    package func updateAll() {
        update((0..<values.rows).map { Int32($0) })
        historyStart = step
        history = []
    }

    /// Rows that have moments, rising.
    package var rowsWithMoments: [Int32] {
        hasMoments.indices.filter { hasMoments[$0] }.map { Int32($0) }
    }

    /// Copies of the moments of `ids`, `[ids.count, hiddenSize]` each.
    package func moments(of ids: [Int32]) -> (first: Matrix, second: Matrix) {
        func gather(_ table: Matrix) -> Matrix {
            let rows = Matrix(rows: ids.count, columns: table.columns)
            for (place, id) in ids.enumerated() {
                rows.rows(place..<place + 1).copy(from: table.rows(Int(id)..<Int(id) + 1))
            }
            return rows
        }
        return (gather(firstMoments), gather(secondMoments))
    }

    /// The inverse of `moments(of:)`, into a fresh table.
    package func setMoments(of ids: [Int32], first: Matrix, second: Matrix) {
        for (place, id) in ids.enumerated() {
            let row = Int(id)..<Int(id) + 1
            firstMoments.rows(row).copy(from: first.rows(place..<place + 1))
            secondMoments.rows(row).copy(from: second.rows(place..<place + 1))
            hasMoments[Int(id)] = true
        }
    }
}
