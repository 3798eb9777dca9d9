import Foundation
import Testing

/// Overwrites bytes of one tensor in a safetensors file.
///
/// - Parameter offset: from the beginning of the tensor; negative ones count from its end.
func overwrite(
    _ tensor: String, in folder: URL, at offset: Int = 0, with values: [Float]
) throws {
    let file = folder.appendingPathComponent("model.safetensors")
    var bytes = try Data(contentsOf: file)
    let headerCount = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
        try JSONSerialization.jsonObject(with: bytes[8..<8 + headerCount]) as? [String: Any])
    let entry = try #require(header[tensor] as? [String: Any], "the premise: \(tensor) exists")
    let range = try #require(entry["data_offsets"] as? [Int])
    let start = 8 + headerCount + (offset < 0 ? range[1] : range[0]) + offset
    let replacement = values.flatMap { value in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    bytes.replaceSubrange(start..<start + replacement.count, with: replacement)
    try bytes.write(to: file)
}
