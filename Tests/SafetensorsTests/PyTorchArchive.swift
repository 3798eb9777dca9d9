import Foundation

/// A PyTorch checkpoint put together by hand, so that any part of it can lie.
struct PyTorchArchive {
    var pickle: [UInt8]
    /// Storages by key.
    var storages: [String: [UInt8]] = [:]
    var byteOrder = "little"
    /// Compression method that every entry claims; 0 is stored.
    var method: UInt16 = 0
    /// Number of entries that the directory claims; the true one when nil.
    var claimedCount: UInt16?

    /// The bytes of the zip file.
    var bytes: [UInt8] {
        var entries = [("m/data.pkl", pickle), ("m/byteorder", Array(byteOrder.utf8))]
        entries += storages.sorted { $0.key < $1.key }.map { ("m/data/\($0.key)", $0.value) }
        return zip(entries)
    }

    /// A zip file of `entries`, stored.
    func zip(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for (name, bytes) in entries {
            let sizes = le32(bytes.count) + le32(bytes.count)
            let common = le16(20) + le16(0) + le16(Int(method)) + le32(0) + le32(0) + sizes
            directory += le32(0x0201_4b50) + le16(20) + common + le16(name.utf8.count)
            directory += le16(0) + le16(0) + le16(0) + le16(0) + le32(0) + le32(file.count)
            directory += Array(name.utf8)
            file += le32(0x0403_4b50) + common + le16(name.utf8.count) + le16(0)
            file += Array(name.utf8) + bytes
        }
        let count = le16(Int(claimedCount ?? UInt16(entries.count)))
        let end = le32(0x0605_4b50) + le16(0) + le16(0) + count + count
        return file + directory + end + le32(directory.count) + le32(file.count) + le16(0)
    }

    private func le16(_ value: Int) -> [UInt8] { (0..<2).map { UInt8(value >> (8 * $0) & 0xFF) } }
    private func le32(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
}

/// Pieces of pickle programs, protocol 2.
enum Pickle {
    static let start: [UInt8] = [0x80, 2]
    static let stop: [UInt8] = [0x2E]
    static let mark: [UInt8] = [0x28]
    static let tuple: [UInt8] = [0x74]
    static let reduce: [UInt8] = [0x52]
    static let emptyDictionary: [UInt8] = [0x7D]
    static let setItem: [UInt8] = [0x73]

    static func text(_ text: String) -> [UInt8] {
        [0x58] + little(text.utf8.count, 4) + Array(text.utf8)
    }

    /// LONG1 with eight bytes, so that any number can be claimed.
    static func number(_ number: Int) -> [UInt8] { [0x8A, 8] + little(number, 8) }

    static func numbers(_ numbers: [Int]) -> [UInt8] { mark + numbers.flatMap(number) + tuple }

    static func global(_ module: String, _ name: String) -> [UInt8] {
        [0x63] + Array("\(module)\n\(name)\n".utf8)
    }

    /// `_rebuild_tensor_v2` of a storage.
    static func tensor(
        type: String = "FloatStorage", key: String = "0", count: Int = 4, offset: Int = 0,
        shape: [Int], strides: [Int]
    ) -> [UInt8] {
        let storage =
            mark + text("storage") + global("torch", type) + text(key) + text("cpu")
            + number(count) + tuple + [0x51]
        return global("torch._utils", "_rebuild_tensor_v2")
            + mark + storage + number(offset) + numbers(shape) + numbers(strides)
            + [0x89] + emptyDictionary + tuple + reduce
    }

    /// A state dictionary with one member.
    static func state(_ value: [UInt8], name: String = "w") -> [UInt8] {
        start + emptyDictionary + text(name) + value + setItem + stop
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
