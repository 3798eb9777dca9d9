package import AjanCompute
import AjanJSON
package import Foundation

/// Writes a safetensors file: the file is complete or not there, and the same tensors give the same
/// bytes.
///
/// Tensors whose size is a multiple of 64 bytes lie first, then the others; among each, larger
/// numbers before smaller ones, then by the bytes of their names. So every number is aligned to its
/// own size, and what kernels read by whole vectors to 64 bytes, although the format allows no
/// gaps; the header is padded with spaces so that the data begin at a multiple of 64 bytes.
package struct SafetensorsWriter {
    /// A tensor to be written.
    package struct Tensor {
        package let info: TensorInfo
        private let source: Source

        private enum Source {
            case bytes(MemoryRegion)
            case floats(Matrix, NumberFormat)
        }

        /// A tensor whose bytes, row-major and little-endian, are in `region`.
        package init(info: TensorInfo, region: MemoryRegion) {
            precondition(
                info.byteCount == region.byteCount, "\(info.name): shape and bytes disagree")
            self.info = info
            source = .bytes(region)
        }

        /// The numbers of a matrix, under its own shape or another one of the same count.
        ///
        /// - Parameter format: f32, or f16 or bf16, to which numbers are rounded (ties to even).
        package init(
            _ name: String, _ matrix: Matrix, shape: [Int]? = nil, as format: NumberFormat = .f32
        ) {
            info = TensorInfo(
                name: name, type: Self.type(of: format),
                shape: shape ?? [matrix.rows, matrix.columns])
            precondition(
                info.elementCount == matrix.rows * matrix.columns,
                "\(name): shape and matrix disagree")
            source = .floats(matrix, format)
        }

        /// A vector.
        package init(_ name: String, _ values: [Float], as format: NumberFormat = .f32) {
            let matrix = Matrix(rows: 1, columns: values.count)
            matrix.setRow(0, to: values)
            self.init(name, matrix, shape: [values.count], as: format)
        }

        /// Hands the bytes of the tensor to `write`, piece by piece.
        fileprivate func stream(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
            switch source {
            case .bytes(let region): try unsafe region.withBytes { try unsafe write($0) }
            case .floats(let matrix, let format): try unsafe matrix.stream(as: format, write)
            }
        }

        private static func type(of format: NumberFormat) -> TensorType {
            switch format {
            case .f32: .f32
            case .f16: .f16
            case .bf16: .bf16
            case .int8: preconditionFailure("int8 numbers have scales: write their bytes")
            }
        }
    }

    /// Where the data begin is a multiple of this, so that mapped weights suit any kernel.
    private static let alignment = 64

    /// Writes `tensors` to `file`, beside it first, then synced and renamed.
    ///
    /// - Parameters:
    ///   - tensors: with names that differ; in any order.
    ///   - metadata: goes into `__metadata__`.
    /// - Throws: `AtomicFileError` or what the system says; a file that was there before stays.
    package static func write(
        _ tensors: [Tensor], metadata: [String: String] = [:], to file: URL
    ) throws {
        precondition(
            Set(tensors.map(\.info.name)).count == tensors.count, "two tensors have the same name")
        let sorted = tensors.sorted { isBefore($0.info, $1.info) }
        try AtomicFile.write(to: file) { handle in
            try handle.write(contentsOf: header(of: sorted.map(\.info), metadata: metadata))
            for tensor in sorted {
                try unsafe tensor.stream { bytes in try unsafe handle.write(bytes: bytes) }
            }
        }
    }

    private static func isBefore(_ a: TensorInfo, _ b: TensorInfo) -> Bool {
        let (isWhole, isOtherWhole) = (a.byteCount % alignment == 0, b.byteCount % alignment == 0)
        if isWhole != isOtherWhole { return isWhole }
        return a.type.byteCount == b.type.byteCount
            ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
            : a.type.byteCount > b.type.byteCount
    }

    /// The length and the JSON, padded with spaces to the alignment.
    private static func header(of tensors: [TensorInfo], metadata: [String: String]) -> Data {
        var fields: [String] = []
        if !metadata.isEmpty {
            let object = JSONValue.object(metadata.mapValues { JSONValue($0) })
            fields.append("\"\(SafetensorsHeader.metadataName)\":\(text(object))")
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            fields.append(
                "\(text(JSONValue(tensor.name))):{\"dtype\":\"\(tensor.type.rawValue)\","
                    + "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Data("{\(fields.joined(separator: ","))}".utf8)
        let used = SafetensorsHeader.lengthByteCount + json.count
        let padding = used.roundedUp(to: alignment) - used
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: padding))
        return Data(UInt64(json.count).littleEndianBytes) + json
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.json, as: UTF8.self)
    }
}

extension FileHandle {
    /// Writes `bytes` without copying them first.
    fileprivate func write(bytes: UnsafeRawBufferPointer) throws {
        guard let start = bytes.baseAddress, unsafe !bytes.isEmpty else { return }
        let data = unsafe Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count,
            deallocator: .none)
        try write(contentsOf: data)
    }
}
