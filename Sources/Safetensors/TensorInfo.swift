/// What a weight file says about one tensor: its name, number format and shape.
package struct TensorInfo: Sendable, Equatable {
    package let name: String
    package let type: TensorType
    /// Sizes of the dimensions, outermost first; empty for a single number.
    package let shape: [Int]
    /// Numbers in the tensor.
    package let elementCount: Int
    /// Bytes of the tensor.
    package let byteCount: Int

    /// Dimensions that a shape may have; weights of encoders have one or two.
    static let rankMax = 8

    /// A shape that comes from a file. Nil when it has more than eight dimensions, a negative size,
    /// or sizes whose product (zeros left out) does not fit an `Int` counted in bytes.
    package init?(unchecked name: String, type: TensorType, shape: [Int]) {
        guard shape.count <= Self.rankMax else { return nil }
        var bytes = type.byteCount
        for size in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: max(size, 1))
            guard size >= 0, !overflow else { return nil }
            bytes = product
        }
        self.name = name
        self.type = type
        self.shape = shape
        byteCount = shape.contains(0) ? 0 : bytes
        elementCount = byteCount / type.byteCount
    }

    /// A shape that the program itself has chosen.
    package init(name: String, type: TensorType, shape: [Int]) {
        guard let info = TensorInfo(unchecked: name, type: type, shape: shape) else {
            preconditionFailure("tensor \(name) cannot have the shape \(shape)")
        }
        self = info
    }

    /// Rows and columns when the tensor is looked at as a matrix: the last dimension is a row, a
    /// vector is one row.
    package var matrixShape: (rows: Int, columns: Int) {
        (shape.dropLast().reduce(1, *), shape.last ?? 1)
    }
}
