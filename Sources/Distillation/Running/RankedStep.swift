import AjanCompute
import AjanEncoder
import AjanTraining

/// One step over the micro-batches of all ranks.
struct RankedStep {
    let trainer: Trainer
    let ranks: any RankGroup

    func take(_ batches: [TrainingBatch]) throws -> Trainer.StepReport {
        guard ranks.count > 1 else { return try trainer.step(batches) }
        let own = batches.indices.filter { $0 % ranks.count == ranks.rank }.map { batches[$0] }
        let sequences = batches.reduce(0) { $0 + $1.sequences.sequenceCount }
        let share = try trainer.computeGradients(own, sequences: sequences)
        try trainer.widenWordGradients(to: ranks.union(trainer.wordIDs))
        if try !trainer.sumGradients() {
            let gradients = try trainer.gradients
            try ranks.sum(gradients.dense)
            try ranks.sum(gradients.wordRows)
        }
        return try trainer.applyGradients(loss: try ranks.sum(share))
    }

    /// Joins the devices of all ranks, when each rank has one of its own and their library can;
    /// otherwise gradients are summed in memory.
    func joinDevices(localCount: Int = RankDetection.localCount(), deviceCount: Int) throws {
        guard ranks.count > 1 else { return }
        if try ranks.any(!trainer.usesDevice || localCount > deviceCount) { return }
        let name = try ranks.share(ranks.isFirst ? trainer.makeGroupName() : nil)
        guard let name else { return }
        try trainer.join(group: name, rank: ranks.rank, count: ranks.count)
    }
}

extension RankGroup {
    /// The bytes that rank 0 gives, at every rank; nil when it gives none.
    func share(_ bytes: [UInt8]?, count: Int = 128) throws -> [UInt8]? {
        let row = Matrix(rows: 1, columns: count + 1)
        if isFirst, let bytes {
            precondition(bytes.count == count)
            row.setRow(0, to: [1] + bytes.map { Float($0) })
        }
        try sum(row)
        let values = row.row(0)
        return values[0] == 1 ? values.dropFirst().map { UInt8($0) } : nil
    }
}
