package import Compute
package import Foundation

/// Writes a safetensors file: names sorted, data aligned to 64 bytes, the file complete or not there.
package struct SafetensorsWriter {
    /// A tensor to be written; `region` holds its bytes, row-major.
    package struct Tensor {
        package let info: TensorInfo
        package let region: MemoryRegion

        package init(info: TensorInfo, region: MemoryRegion) {
            precondition(info.byteCount == region.byteCount, "\(info.name): shape and bytes disagree")
            self.info = info
            self.region = region
        }

        /// An f32 tensor of a matrix or, with `shape`, of its numbers in another shape.
        package init(_ name: String, _ matrix: Matrix, shape: [Int]? = nil) {
            let copy = Matrix(rows: matrix.rows, columns: matrix.columns)
            copy.copy(from: matrix)
            self.init(
                info: TensorInfo(
                    name: name, type: .f32, shape: shape ?? [matrix.rows, matrix.columns]),
                region: copy.region)
        }

        /// An f32 vector.
        package init(_ name: String, _ values: [Float]) {
            let matrix = Matrix(rows: 1, columns: values.count)
            matrix.setRow(0, to: values)
            self.init(name, matrix, shape: [values.count])
        }
    }

    /// Every tensor begins at a multiple of this, so that mapped weights suit any kernel.
    private static let alignment = 64

    /// Writes `tensors` to `file`, beside it first, then synced and renamed.
    ///
    /// - Parameter metadata: goes into `__metadata__`.
    package static func write(
        _ tensors: [Tensor], metadata: [String: String] = [:], to file: URL
    ) throws {
        let sorted = tensors.sorted { $0.info.name.utf8.lexicographicallyPrecedes($1.info.name.utf8) }
        try AtomicFile.write(to: file) { handle in
            try handle.write(contentsOf: header(of: sorted, metadata: metadata))
            for tensor in sorted {
                try unsafe tensor.region.withBytes { bytes in
                    try handle.write(contentsOf: unsafe Data(bytes))
                }
            }
        }
    }

    /// The length and the JSON, padded with spaces to the alignment.
    ///
    /// The format allows no gap between tensors, so only the first one is certain to be aligned;
    /// sizes of weight matrices are multiples of 64 bytes and keep the rest aligned.
    private static func header(of tensors: [Tensor], metadata: [String: String]) throws -> Data {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.region.byteCount
            let shape = tensor.info.shape.map(String.init).joined(separator: ",")
            fields.append(
                "\(quoted(tensor.info.name)):{\"dtype\":\"\(tensor.info.type.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Data("{\(fields.joined(separator: ","))}".utf8)
        while (8 + json.count) % alignment != 0 { json.append(UInt8(ascii: " ")) }
        var length = UInt64(json.count).littleEndian
        return unsafe Data(bytes: &length, count: 8) + json
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                quoted += "\\u" + String(scalar.value + 0x10000, radix: 16).dropFirst()
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
