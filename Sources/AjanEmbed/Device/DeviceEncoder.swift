import AjanAccelerator
import AjanCompute
import AjanEncoder
import AjanSafetensors
import Synchronization

/// Windows on a device: large batches, two on their way at a time.
final class DeviceEncoder: WindowEncoder {
    /// Callers take turns.
    private let model: Mutex<DeviceModel>
    private let configuration: EncoderConfiguration
    private let budget: Int
    let dimensions: Int

    /// Tokens of one batch: as many of these as the free memory allows.
    private static let budgets = [32_768, 16_384, 8_192, 4_096]

    /// Copies the weights to the device.
    ///
    /// - Throws: errors of the weights; `AcceleratorError.unsupported` for pooling, Dense modules
    ///   and prompts that the device does not know, and when its memory is too small.
    init(
        folder: ModelFolder, checkpoint: Checkpoint, precision: ProductPrecision,
        device: AcceleratorDevice
    ) throws {
        let shape = try Self.shape(of: folder)
        let options = DeviceOptions(precision: precision)
        func needed(_ tokens: Int) throws -> Int {
            try DeviceModel.byteCount(
                device.library, shape: shape, options: options,
                tokens: max(tokens, folder.maxTokens), sequences: tokens / 2)
        }
        guard
            let budget = try Self.budgets.first(where: { try needed($0) <= device.freeByteCount })
        else {
            throw AcceleratorError.outOfMemory(
                "the model needs \(try needed(Self.budgets.last ?? 0) >> 20) MiB, "
                    + "\(device.freeByteCount >> 20) MiB are free")
        }
        self.budget = budget
        configuration = folder.configuration
        dimensions = shape.dimensions
        let values = Matrix(rows: 1, columns: shape.layout.count)
        try shape.layout.loadEncoder(from: checkpoint, into: values)
        if let dense = folder.dense.first {
            try shape.layout.loadDense(from: Checkpoint(folder: dense.url), into: values)
        }
        model = Mutex(
            try DeviceModel(device, shape: shape, options: options, parameters: values))
    }

    /// What the device computes for the model in `folder`.
    static func shape(of folder: ModelFolder) throws -> DeviceShape {
        guard folder.pooling.modes.count == 1, folder.dense.count <= 1 else {
            throw AcceleratorError.unsupported("several pooling modes or Dense modules")
        }
        guard folder.pooling.includesPrompt || folder.pooling.modes[0] == .cls else {
            throw AcceleratorError.unsupported("pooling that leaves out the prompt")
        }
        let dense = folder.dense.first
        return try DeviceShape(
            encoder: folder.configuration, pooling: folder.pooling.modes[0],
            activation: dense?.knownActivation ?? .identity, normalizes: false,
            layout: ParameterLayout(
                folder.configuration,
                dense: dense.map { .init(outputSize: $0.outputSize, hasBias: $0.hasBias) }))
    }

    /// Always true: the weights were searched for NaN and infinity when they were read.
    func isFinite(word id: Int) -> Bool { true }

    func vectors(
        of windows: [Window], on pool: ComputePool,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws -> [[Float]] {
        let plan = BatchPlan(lengths: windows.map(\.ids.count), budget: budget)
        return try model.withLock { model in
            var vectors = [[Float]](repeating: [], count: windows.count)
            /// Takes over the vectors of a batch that was begun.
            func finish(_ number: Int) throws {
                let members = plan.batches[number]
                let rows = try model.endVectors(
                    slot: number % DeviceModel.slots, sequences: members.count)
                for (row, member) in members.enumerated() { vectors[member] = rows.row(row) }
            }
            for (number, members) in plan.batches.enumerated() {
                if isCancelled() {
                    if number > 0 { try finish(number - 1) }
                    throw CancellationError()
                }
                let batch = PackedBatch(members.map { windows[$0].ids })
                let form = DeviceBatch(batch, positions: try configuration.positionIDs(of: batch))
                try model.beginVectors(of: form, slot: number % DeviceModel.slots)
                if number > 0 { try finish(number - 1) }
            }
            if !plan.batches.isEmpty { try finish(plan.batches.count - 1) }
            return vectors
        }
    }
}
