/// The number formats that a weight file may hold, under the names of the safetensors format.
package enum TensorType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    /// Bytes of one number.
    package var byteCount: Int {
        switch self {
        case .f64, .i64: 8
        case .f32, .i32: 4
        case .f16, .bf16, .i16: 2
        case .i8, .u8, .bool: 1
        }
    }
}

/// What a weight file says about one tensor.
package struct TensorInfo: Sendable, Equatable {
    package let name: String
    package let type: TensorType
    package let shape: [Int]

    package init(name: String, type: TensorType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }

    /// Numbers in the tensor; nil when the product does not fit an `Int`.
    package var elementCount: Int? {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow || size < 0 { return nil }
            count = product
        }
        return count
    }

    /// Bytes of the tensor; nil when they do not fit an `Int`.
    package var byteCount: Int? {
        guard let elementCount else { return nil }
        let (bytes, overflow) = elementCount.multipliedReportingOverflow(by: type.byteCount)
        return overflow ? nil : bytes
    }

    /// Rows and columns when the tensor is looked at as a matrix: the last dimension is a row.
    package var matrixShape: (rows: Int, columns: Int) {
        let columns = shape.last ?? 1
        return (columns == 0 ? 0 : (elementCount ?? 0) / columns, columns)
    }
}
