import AjanCompute
import AjanJSON

/// The header of a safetensors file: 8 bytes of length, then a JSON object that places every
/// tensor.
///
/// Source: the format description of the `safetensors` project. Checked in one pass with checked
/// arithmetic: the tensors tile the data section without gap or overlap, up to the last byte of the
/// file. No tensor's numbers are read.
package struct SafetensorsHeader {
    /// A tensor and where its bytes lie.
    package struct Entry: Equatable {
        package let info: TensorInfo
        /// From the start of the file.
        package let byteRange: Range<Int>
    }

    /// In the order of their bytes.
    package let entries: [Entry]
    package let metadata: [String: String]

    /// The format's own limit.
    package static let byteCountMax = 100_000_000
    static let lengthByteCount = 8
    static let metadataName = "__metadata__"

    /// A tensor as the JSON describes it.
    private struct Description {
        let name: String
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
    }

    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    package init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        let json = try unsafe Self.json(of: bytes, file: file)
        var descriptions: [Description] = []
        var metadata: [String: String] = [:]
        do throws(JSONScanner.Problem) {
            try JSONScanner.read(json) { (scanner) throws(JSONScanner.Problem) in
                try scanner.object { (scanner, name) throws(JSONScanner.Problem) in
                    if name == Self.metadataName {
                        metadata = try scanner.strings()
                    } else {
                        descriptions.append(try Self.description(of: name, from: &scanner))
                    }
                }
            }
        } catch {
            throw .damaged(
                file: file, problem: "its header at byte \(error.byte): \(error.problem)")
        }
        self.metadata = metadata
        let start = Self.lengthByteCount + json.count
        var entries: [Entry] = []
        entries.reserveCapacity(descriptions.count)
        for description in descriptions {
            entries.append(try Self.entry(description, dataStart: start, file: file))
        }
        self.entries = try Self.tiled(entries, from: start, to: bytes.count, file: file)
    }

    /// The JSON text, once the length in front of it is known to be sane.
    private static func json(
        of bytes: UnsafeRawBufferPointer, file: String
    ) throws(CheckpointError) -> [UInt8] {
        guard bytes.count >= lengthByteCount else {
            throw .damaged(
                file: file, problem: "it has \(bytes.count) bytes, too few for a header")
        }
        let stated = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard stated <= UInt64(byteCountMax) else {
            throw .damaged(
                file: file,
                problem: "its header claims \(stated) bytes, the limit is \(byteCountMax)")
        }
        let end = lengthByteCount + Int(stated)
        guard end <= bytes.count else {
            throw .damaged(
                file: file,
                problem: "its header claims \(stated) bytes, the file has \(bytes.count)")
        }
        return unsafe Array(bytes[lengthByteCount..<end])
    }

    private static func description(
        of name: String, from scanner: inout JSONScanner
    ) throws(JSONScanner.Problem) -> Description {
        var description = Description(name: name)
        try scanner.object { (scanner, key) throws(JSONScanner.Problem) in
            switch key {
            case "dtype": description.type = try scanner.string()
            case "shape": description.shape = try scanner.naturalNumbers()
            case "data_offsets": description.offsets = try scanner.naturalNumbers()
            default: try scanner.skipValue()
            }
        }
        return description
    }

    /// Format, shape and bytes of one tensor, in agreement with each other.
    private static func entry(
        _ description: Description, dataStart: Int, file: String
    ) throws(CheckpointError) -> Entry {
        let name = description.name
        guard let typeName = description.type, let shape = description.shape,
            let offsets = description.offsets
        else {
            throw .damaged(
                file: file,
                problem: "the entry of tensor \(quoted: name) lacks dtype, shape or data_offsets")
        }
        guard let type = TensorType(rawValue: typeName) else {
            throw .refused(
                file: file,
                problem: "the tensor \(quoted: name) has the number format \(quoted: typeName); "
                    + "supported: \(TensorType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let info = TensorInfo(unchecked: name, type: type, shape: shape) else {
            throw .damaged(
                file: file,
                problem: "the tensor \(quoted: name) claims the impossible shape \(shape.prefix(9))"
            )
        }
        guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= Int.max - dataStart,
            offsets[1] - offsets[0] == info.byteCount
        else {
            throw .damaged(
                file: file,
                problem:
                    "the tensor \(quoted: name), \(typeName) \(shape), takes \(info.byteCount) "
                    + "bytes, its data_offsets are \(offsets.prefix(3))")
        }
        return Entry(info: info, byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// `entries` in the order of their bytes, which must fill `start..<end` exactly.
    private static func tiled(
        _ entries: [Entry], from start: Int, to end: Int, file: String
    ) throws(CheckpointError) -> [Entry] {
        let ordered = entries.sorted {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound)
                < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        var next = start
        for entry in ordered {
            let found = entry.byteRange.lowerBound
            guard found == next else {
                throw .damaged(
                    file: file,
                    problem: "the tensor \(quoted: entry.info.name) begins at byte \(found), which "
                        + "\(found < next ? "overlaps another" : "leaves a gap"), expected \(next)")
            }
            next = entry.byteRange.upperBound
        }
        guard next == end else {
            throw .damaged(
                file: file, problem: "its tensors end at byte \(next), the file at byte \(end)")
        }
        return ordered
    }
}
