import AjanCKernels

extension LinearWeights {
    /// f32 weights from `weight` `[outputSize, inputSize]` and `bias` `[outputSize]`.
    package init(weight: Matrix, bias: [Float]?) {
        self.init(empty: weight.rows, weight.columns, .float32, bias: bias)
        unsafe ck_pack_f32(
            weight.pointer, weight.rowStride, 1, 0, weight.rows, weight.columns, floats(0))
    }

    /// int8 weights rounded from f32 `weight` `[outputSize, inputSize]`: symmetric, one scale per
    /// output channel, such that kernels may sum four neighbouring products in 16 bits
    /// (`ck_quantize_weights_i8`).
    ///
    /// - Parameter smoothing: what is taken off the inputs and put onto the weights, if anything.
    package init(quantizing weight: Matrix, bias: [Float]?, smoothing: InputSmoothing? = nil) {
        self.init(
            empty: weight.rows, weight.columns, .int8, bias: bias,
            inputFactors: smoothing?.inputFactors)
        let scaled = Matrix(rows: 1, columns: weight.columns)
        var row = [Int8](repeating: 0, count: weight.columns)
        for channel in 0..<weight.rows {
            scaled.copy(from: weight.rows(channel..<channel + 1))
            if let smoothing { scaled.multiplyColumns(by: smoothing.weightFactors) }
            let scale = unsafe ck_quantize_weights_i8(scaled.pointer, weight.columns, &row)
            setChannel(channel, row, scale: scale)
        }
        checkProducts()
    }

    /// Weights from stored matrices laid one below the other (query, key and value projections
    /// become one layer), in the precision asked for.
    ///
    /// - Parameters:
    ///   - parts: matrices of the same width. int8 parts are taken as they are when `precision` is
    ///     `.int8`; everything else is decoded to f32 and, if need be, quantised.
    ///   - bias: one number per output row of all parts together, or nil for zeros.
    package init(
        stacking parts: [StoredMatrix], bias: [Float]?, precision: Precision = .float32
    ) {
        let inputSize = parts.first?.columns ?? 0
        precondition(parts.allSatisfy { $0.columns == inputSize }, "parts differ in width")
        let outputSize = parts.reduce(0) { $0 + $1.rows }
        self.init(empty: outputSize, inputSize, precision, bias: bias)
        var first = 0
        for part in parts {
            if precision == .int8, case .int8(let scales) = part.format {
                copyInt8(part, scales: scales, firstChannel: first)
            } else {
                decode(part, firstChannel: first)
            }
            first += part.rows
        }
        checkProducts()
    }

    /// int8 weights as an int8 folder stores them: parts of `rowsPerPart` row-major rows laid one
    /// below the other, `scales` and `bias` running over all of them.
    package init(
        int8Rows parts: [MemoryRegion], rowsPerPart: Int, inputSize: Int, scales: [Float],
        bias: [Float]?
    ) {
        let matrices = parts.enumerated().map { index, part in
            let own = Array(scales[index * rowsPerPart..<(index + 1) * rowsPerPart])
            return StoredMatrix(
                region: part, rows: rowsPerPart, columns: inputSize, format: .int8(scales: own))
        }
        self.init(stacking: matrices, bias: bias, precision: .int8)
    }

    /// Looks into weights that were packed before, without a copy.
    ///
    /// - Parameters:
    ///   - region: holds `packedByteCount(...)` bytes at `byteOffset`, a multiple of 64 there and
    ///     in memory, in the layout that `packedLayoutName` names. The caller has checked that
    ///     name.
    ///   - inputFactors: what the inputs are multiplied by, `[inputSize]`; nil for ones.
    package init(
        packed region: MemoryRegion, byteOffset: Int, outputSize: Int, inputSize: Int,
        precision: Precision, inputFactors: [Float]? = nil
    ) {
        precondition(byteOffset >= 0 && byteOffset % MemoryRegion.alignment == 0)
        precondition(unsafe Int(bitPattern: region.base) % MemoryRegion.alignment == 0)
        let size = Self.packedByteCount(
            outputSize: outputSize, inputSize: inputSize, precision: precision)
        precondition(byteOffset + size <= region.byteCount, "packed weights are cut short")
        self.init(
            outputSize: outputSize, inputSize: inputSize, precision: precision, region: region,
            byteOffset: byteOffset, inputFactors: inputFactors)
        checkProducts()
    }

    /// Name and version of the packed layout of a precision, for file headers.
    package static func packedLayoutName(_ precision: Precision) -> String {
        PackedLayout.name(precision)
    }

    /// Bytes of the packed form.
    package static func packedByteCount(
        outputSize: Int, inputSize: Int, precision: Precision
    ) -> Int {
        PackedLayout(outputSize: outputSize, inputSize: inputSize, precision: precision).byteCount
    }

    /// The packed form, to be written into a file at a multiple of 64 bytes.
    package func withPackedBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try unsafe body(
            UnsafeRawBufferPointer(start: region.base + byteOffset, count: layout.byteCount))
    }

    /// The int8 values `[outputSize, inputSize]`, row-major, and one scale per output channel: what
    /// inputs are multiplied by after their factors. nil for f32 weights.
    package func int8Rows() -> (values: [Int8], scales: [Float])? {
        guard precision == .int8 else { return nil }
        var values = [Int8](repeating: 0, count: outputSize * inputSize)
        unsafe values.withUnsafeMutableBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for channel in 0..<outputSize {
                unsafe ck_unpack_i8_row(
                    pointer(0, as: Int8.self), inputSize, channel, start + channel * inputSize)
            }
        }
        let scales = unsafe UnsafeBufferPointer(
            start: floats(layout.scalesOffset), count: outputSize)
        return (values, unsafe Array(scales))
    }

    /// The bias, one number per output channel.
    package var bias: [Float] {
        unsafe Array(UnsafeBufferPointer(start: floats(layout.biasOffset), count: outputSize))
    }

    /// Zeroed packed weights with their bias in place.
    private init(
        empty outputSize: Int, _ inputSize: Int, _ precision: Precision, bias: [Float]?,
        inputFactors: [Float]? = nil
    ) {
        precondition(bias == nil || bias?.count == outputSize, "one bias per output channel")
        let size = Self.packedByteCount(
            outputSize: outputSize, inputSize: inputSize, precision: precision)
        self.init(
            outputSize: outputSize, inputSize: inputSize, precision: precision,
            region: MemoryRegion(byteCount: size), byteOffset: 0, inputFactors: inputFactors)
        let target = unsafe floats(layout.biasOffset)
        for (channel, value) in (bias ?? []).enumerated() { unsafe target[channel] = value }
    }

    private func setChannel(_ channel: Int, _ row: [Int8], scale: Float) {
        let sum = unsafe ck_pack_i8_row(row, inputSize, channel, pointer(0, as: Int8.self))
        unsafe floats(layout.scalesOffset)[channel] = scale
        unsafe pointer(layout.sumsOffset, as: Int32.self)[channel] = -128 * sum
    }

    private func copyInt8(_ part: StoredMatrix, scales: [Float], firstChannel: Int) {
        for index in 0..<part.rows {
            let bytes = unsafe UnsafeBufferPointer(
                start: part.rowBytes(index).assumingMemoryBound(to: Int8.self),
                count: inputSize)
            // -128 never comes out of a symmetric quantiser; a hostile file must not overflow sums.
            let row = unsafe bytes.map { max($0, -127) }
            setChannel(firstChannel + index, row, scale: scales[index])
        }
    }

    /// Decodes the rows of `part` a panel at a time, then packs or quantises them.
    private func decode(_ part: StoredMatrix, firstChannel: Int) {
        let row = Matrix(rows: 1, columns: inputSize)
        var integers = [Int8](repeating: 0, count: inputSize)
        for index in 0..<part.rows {
            let channel = firstChannel + index
            unsafe part.decodeRow(index, into: row.pointer)
            if precision == .int8 {
                let scale = unsafe ck_quantize_weights_i8(row.pointer, inputSize, &integers)
                setChannel(channel, integers, scale: scale)
            } else {
                let panel = Int(CK_PANEL)
                let target =
                    unsafe floats(0) + channel / panel * panel * inputSize + channel % panel
                for column in 0..<inputSize {
                    unsafe target[column * panel] = row.pointer[column]
                }
            }
        }
    }
}
