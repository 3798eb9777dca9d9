import AjanCKernels

/// The weights of one linear layer `y = x W^T + b`, packed once in the form that the kernels read.
///
/// Weights are f32, or int8 with one scale per output channel; int8 layers quantise each input row
/// (token) on the fly and sum exactly in 32-bit integers. The packed form is the same on every
/// processor, so it may be written to a file and mapped (`withPackedBytes`, `init(packed:...)`).
/// Beside it int8 layers may have factors that their inputs are multiplied by (`InputSmoothing`).
package struct LinearWeights: Sendable {
    /// How the weights are held.
    package enum Precision: String, Sendable, Codable {
        case float32
        case int8
    }

    package let outputSize: Int
    package let inputSize: Int
    package let precision: Precision
    let layout: PackedLayout
    let region: MemoryRegion
    /// Where the packed form begins in the region, in bytes; a multiple of 64.
    let byteOffset: Int
    /// What the inputs are multiplied by before they are rounded, `[1, inputSize]`; nil for ones.
    private let inputFactorRow: Matrix?
    /// How many neighbouring int8 products kernels may sum in 16 bits: 4 on all weights that this
    /// type has rounded itself, less on those of older folders.
    private var productsIn16Bits: Int32 = 1

    init(
        outputSize: Int, inputSize: Int, precision: Precision, region: MemoryRegion,
        byteOffset: Int, inputFactors: [Float]? = nil
    ) {
        precondition(inputFactors == nil || inputFactors?.count == inputSize)
        self.outputSize = outputSize
        self.inputSize = inputSize
        self.precision = precision
        self.region = region
        self.byteOffset = byteOffset
        inputFactorRow = inputFactors.map(Matrix.init(row:))
        layout = PackedLayout(
            outputSize: outputSize, inputSize: inputSize, precision: precision)
    }

    /// Finds `productsIn16Bits` once the weights are in place, if the kernel of this processor
    /// reads it.
    mutating func checkProducts() {
        guard unsafe precision == .int8 && Kernels.table.linear_i8_asks_products != 0 else {
            return
        }
        productsIn16Bits = unsafe ck_products_in_16_bits(
            pointer(0, as: Int8.self), outputSize, inputSize)
    }

    /// Writes `activation(input W^T + b) (+ residual)` into `output`.
    ///
    /// - Parameters:
    ///   - input: `[tokens, inputSize]`.
    ///   - output: `[tokens, outputSize]`; may be the same rows as `residual`, not as `input`.
    ///   - activation: applied before the residual is added.
    ///   - residual: `[tokens, outputSize]` or nil.
    ///   - pool: splits the work into tiles; nil computes on the calling thread. Same bits either
    ///     way.
    package func apply(
        to input: Matrix, into output: Matrix, activation: Activation = .identity,
        residual: Matrix? = nil, pool: ComputePool? = nil
    ) {
        precondition(input.columns == inputSize && output.columns == outputSize)
        precondition(input.rows == output.rows && output.region.isWritable)
        precondition(residual.map { $0.rows == output.rows && $0.columns == outputSize } ?? true)
        let store = unsafe ck_store(
            y: output.pointer, ldy: output.rowStride, bias: floats(layout.biasOffset),
            residual: residual.map { unsafe UnsafePointer($0.pointer) },
            ldr: residual?.rowStride ?? 0, activation: activation.code(after: precision))
        switch precision {
        case .float32: unsafe applyFloat32(to: input, store: store, pool: pool)
        case .int8: unsafe applyInt8(to: input, store: store, pool: pool)
        }
    }

    private func applyFloat32(to input: Matrix, store: ck_store, pool: ComputePool?) {
        nonisolated(unsafe) let arguments = unsafe ck_linear_f32_args(
            x: input.pointer, x_row: input.rowStride, x_column: 1, panels: floats(0),
            panel_stride: inputSize * Int(CK_PANEL), n: outputSize, k: inputSize, accumulate: 0,
            store: store)
        // Few enough rows that the sums of a tile stay in the first-level cache, and enough that
        // each part of the weights is used many times once it is fetched.
        unsafe LinearTiles.run(
            rows: input.rows, columns: outputSize, depth: inputSize,
            rowBlock: unsafe Kernels.table.linear_f32_rows, tileRows: 64...128, pool: pool
        ) { rows, columns, scratch in
            // SAFETY: tiles write disjoint parts of the output and only read the rest.
            unsafe withUnsafePointer(to: arguments) { arguments in
                unsafe Kernels.table.linear_f32(
                    arguments, rows.lowerBound, rows.upperBound,
                    columns.lowerBound, columns.upperBound, scratch)
            }
        }
    }

    private func applyInt8(to input: Matrix, store: ck_store, pool: ComputePool?) {
        // SAFETY: as above.
        nonisolated(unsafe) let arguments = unsafe ck_linear_i8_args(
            x: input.pointer, ldx: input.rowStride,
            input_factors: inputFactorRow.map { unsafe UnsafePointer($0.pointer) },
            panels: pointer(0, as: Int8.self),
            offsets: pointer(layout.sumsOffset, as: Int32.self),
            scales: floats(layout.scalesOffset), products_in_16_bits: productsIn16Bits,
            n: outputSize, k: inputSize, store: store)
        unsafe LinearTiles.run(
            rows: input.rows, columns: outputSize, depth: inputSize,
            rowBlock: unsafe Kernels.table.linear_i8_rows, tileRows: 1...Int.max, pool: pool
        ) { rows, columns, scratch in
            unsafe withUnsafePointer(to: arguments) { arguments in
                unsafe Kernels.table.linear_i8(
                    arguments, rows.lowerBound, rows.upperBound,
                    columns.lowerBound, columns.upperBound, scratch)
            }
        }
    }

    /// What the inputs are multiplied by before they are rounded, `[inputSize]`; nil for ones.
    package var inputFactors: [Float]? { inputFactorRow?.row(0) }

    func floats(_ offset: Int) -> UnsafeMutablePointer<Float> {
        unsafe pointer(offset, as: Float.self)
    }

    func pointer<T>(_ offset: Int, as type: T.Type) -> UnsafeMutablePointer<T> {
        unsafe (region.base + byteOffset + offset).assumingMemoryBound(to: type)
    }
}

/// The function applied to the output of a linear layer.
package enum Activation: Sendable, Equatable {
    case identity
    /// 0.5 x (1 + erf(x / √2)): the exact form, not the tanh approximation.
    case gelu
    case tanh

    /// What the kernels call it. The output of an int8 layer becomes 8 bits again, so its GELU may
    /// err by a hundredth of such a step.
    func code(after precision: LinearWeights.Precision) -> Int32 {
        switch self {
        case .identity: Int32(CK_IDENTITY)
        case .gelu: Int32(precision == .int8 ? CK_GELU_ROUNDED : CK_GELU)
        case .tanh: Int32(CK_TANH)
        }
    }
}
