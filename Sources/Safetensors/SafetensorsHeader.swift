import Foundation

/// The header of a safetensors file: 8 bytes of length, then a JSON object that places every tensor.
///
/// Source: the format description of the `safetensors` project. Checked in one pass: the tensors
/// must tile the data section without gap or overlap, up to the last byte of the file.
struct SafetensorsHeader {
    struct Entry: Equatable {
        let info: TensorInfo
        /// From the start of the file.
        let byteRange: Range<Int>
    }

    let entries: [String: Entry]
    let metadata: [String: String]

    /// The format's own limit.
    static let byteCountMax = 100_000_000
    private static let metadataKey = "__metadata__"

    /// - Parameters:
    ///   - bytes: the file.
    ///   - file: its name, for errors.
    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        guard bytes.count >= 8 else {
            throw .damaged(file: file, problem: "it has \(bytes.count) bytes and no header")
        }
        let stated = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard stated <= UInt64(Self.byteCountMax) else {
            throw .damaged(
                file: file,
                problem: "its header claims \(stated) bytes, the limit is \(Self.byteCountMax)")
        }
        let start = 8 + Int(stated)
        guard start <= bytes.count else {
            throw .damaged(
                file: file,
                problem: "its header claims \(stated) bytes, the file has \(bytes.count)")
        }
        let json = unsafe Data(UnsafeRawBufferPointer(rebasing: bytes[8..<start]))
        let object = try Self.object(json, file: file)
        metadata = try Self.metadata(object[Self.metadataKey], file: file)
        var entries: [String: Entry] = [:]
        for (name, value) in object where name != Self.metadataKey {
            entries[name] = try Self.entry(name, value, dataStart: start, file: file)
        }
        try Self.checkTiling(entries, from: start, to: bytes.count, file: file)
        self.entries = entries
    }

    private static func object(_ json: Data, file: String) throws(CheckpointError) -> [String: Any] {
        guard JSONDepth.isWithin(8, json) else {
            throw .damaged(file: file, problem: "its header is nested too deeply")
        }
        guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
            throw .damaged(file: file, problem: "its header is not a JSON object")
        }
        return object
    }

    private static func metadata(
        _ value: Any?, file: String
    ) throws(CheckpointError) -> [String: String] {
        guard let value else { return [:] }
        guard let metadata = value as? [String: String] else {
            throw .damaged(file: file, problem: "its __metadata__ is not a map of strings")
        }
        return metadata
    }

    private static func entry(
        _ name: String, _ value: Any, dataStart: Int, file: String
    ) throws(CheckpointError) -> Entry {
        guard let fields = value as? [String: Any], let typeName = fields["dtype"] as? String,
            let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
            offsets.count == 2
        else {
            throw .damaged(
                file: file, problem: "the entry of tensor '\(name)' lacks dtype, shape or data_offsets")
        }
        guard let type = TensorType(rawValue: typeName) else {
            throw .refused(
                file: file, problem: "the tensor '\(name)' has the number format \(typeName); "
                    + "supported: \(TensorType.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let info = TensorInfo(name: name, type: type, shape: shape)
        guard shape.count <= 8, let byteCount = info.byteCount else {
            throw .damaged(
                file: file, problem: "the tensor '\(name)' claims the impossible shape \(shape)")
        }
        let limit = Int.max - dataStart
        guard offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= limit,
            offsets[1] - offsets[0] == byteCount
        else {
            throw .damaged(
                file: file, problem: "the tensor '\(name)' of shape \(shape) needs \(byteCount) bytes, "
                    + "its data_offsets are \(offsets)")
        }
        return Entry(info: info, byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private static func checkTiling(
        _ entries: [String: Entry], from start: Int, to end: Int, file: String
    ) throws(CheckpointError) {
        var next = start
        let ordered = entries.values.sorted {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound)
                < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        for entry in ordered {
            guard entry.byteRange.lowerBound == next else {
                let kind = entry.byteRange.lowerBound < next ? "overlaps another" : "leaves a gap"
                throw .damaged(file: file, problem: "the tensor '\(entry.info.name)' \(kind)")
            }
            next = entry.byteRange.upperBound
        }
        guard next == end else {
            throw .damaged(
                file: file, problem: "its tensors end at byte \(next), the file at byte \(end)")
        }
    }
}

/// A bound on the nesting of JSON, checked before a recursive parser sees it.
enum JSONDepth {
    static func isWithin(_ limit: Int, _ json: Data) -> Bool {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in json {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limit { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return true
    }
}
