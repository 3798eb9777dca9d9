import Compute

/// The entries of a zip file whose contents are stored, not compressed: what `torch.save` writes.
///
/// Source: PKWARE's APPNOTE 6.3.10, with the zip64 records. Everything is a checked read.
struct ZipArchive {
    /// Where the bytes of each entry lie in the file.
    let entries: [String: Range<Int>]

    private static let endSignature: UInt32 = 0x0605_4b50
    private static let end64LocatorSignature: UInt32 = 0x0706_4b50
    private static let end64Signature: UInt32 = 0x0606_4b50
    private static let centralSignature: UInt32 = 0x0201_4b50
    private static let localSignature: UInt32 = 0x0403_4b50
    private static let entriesMax = 1_000_000

    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        let reader = unsafe BoundedReader(bytes, file: file)
        var directory = try Self.directory(reader, file: file)
        var entries: [String: Range<Int>] = [:]
        for _ in 0..<directory.count {
            let (name, range) = try Self.entry(reader, at: &directory.offset, file: file)
            guard entries.updateValue(range, forKey: name) == nil else {
                throw .damaged(file: file, problem: "the entry '\(name)' is there twice")
            }
        }
        self.entries = entries
    }

    /// Where the central directory begins and how many entries it has.
    private static func directory(
        _ reader: BoundedReader, file: String
    ) throws(CheckpointError) -> (offset: Int, count: Int) {
        let last = reader.count - 22
        var end: Int?
        for at in stride(from: last, through: max(0, last - 65_535), by: -1) where at >= 0 {
            if try reader.u32(at) == endSignature {
                end = at
                break
            }
        }
        guard let end else {
            throw .refused(
                file: file, problem: "it is not a zip file; old PyTorch checkpoints must be saved "
                    + "again with torch.save or as safetensors")
        }
        var count = Int(try reader.u16(end + 10))
        var offset = Int(try reader.u32(end + 16))
        if end >= 20, try reader.u32(end - 20) == end64LocatorSignature {
            let end64 = try reader.int(end - 20 + 8)
            guard try reader.u32(end64) == end64Signature else {
                throw .damaged(file: file, problem: "its zip64 directory is not where it should be")
            }
            count = try reader.int(end64 + 32)
            offset = try reader.int(end64 + 48)
        }
        guard count <= entriesMax, offset <= reader.count else {
            throw .damaged(file: file, problem: "its directory claims \(count) entries at \(offset)")
        }
        return (offset, count)
    }

    private static func entry(
        _ reader: BoundedReader, at offset: inout Int, file: String
    ) throws(CheckpointError) -> (name: String, range: Range<Int>) {
        guard try reader.u32(offset) == centralSignature else {
            throw .damaged(file: file, problem: "its directory breaks off at byte \(offset)")
        }
        let method = try reader.u16(offset + 10)
        var size = Int(try reader.u32(offset + 24))
        var local = Int(try reader.u32(offset + 42))
        let nameLength = Int(try reader.u16(offset + 28))
        let extraLength = Int(try reader.u16(offset + 30))
        let name = try reader.string(offset + 46, count: nameLength)
        try zip64(
            reader, at: offset + 46 + nameLength, count: extraLength, size: &size, local: &local,
            packed: Int(try reader.u32(offset + 20)))
        guard method == 0 else {
            throw .refused(
                file: file, problem: "its entry '\(name)' is compressed, which torch.save never does")
        }
        offset += 46 + nameLength + extraLength + Int(try reader.u16(offset + 32))
        guard try reader.u32(local) == localSignature else {
            throw .damaged(file: file, problem: "the entry '\(name)' is not where it should be")
        }
        let start = local + 30 + Int(try reader.u16(local + 26)) + Int(try reader.u16(local + 28))
        guard size >= 0, start <= reader.count, size <= reader.count - start else {
            throw .damaged(file: file, problem: "the entry '\(name)' reaches beyond the file")
        }
        return (name, start..<start + size)
    }

    /// Sizes and offsets of 0xFFFFFFFF are in the zip64 extra field, in this order.
    private static func zip64(
        _ reader: BoundedReader, at start: Int, count: Int, size: inout Int, local: inout Int,
        packed: Int
    ) throws(CheckpointError) {
        var at = start
        while at + 4 <= start + count {
            let length = Int(try reader.u16(at + 2))
            if try reader.u16(at) == 1 {
                var field = at + 4
                if size == 0xFFFF_FFFF {
                    size = try reader.int(field)
                    field += 8
                }
                if packed == 0xFFFF_FFFF { field += 8 }
                if local == 0xFFFF_FFFF { local = try reader.int(field) }
            }
            at += 4 + length
        }
    }
}

/// Little-endian reads that throw instead of leaving the file.
// SAFETY: every read is checked against the bounds; a reader lives inside the `withBytes` that made it.
@safe struct BoundedReader {
    private let bytes: UnsafeRawBufferPointer
    private let file: String

    init(_ bytes: UnsafeRawBufferPointer, file: String) {
        unsafe self.bytes = bytes
        self.file = file
    }

    var count: Int { unsafe bytes.count }

    func u8(_ offset: Int) throws(CheckpointError) -> UInt8 {
        try check(offset, 1)
        return unsafe bytes[offset]
    }

    func u16(_ offset: Int) throws(CheckpointError) -> UInt16 {
        try check(offset, 2)
        return unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func u32(_ offset: Int) throws(CheckpointError) -> UInt32 {
        try check(offset, 4)
        return unsafe UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// An unsigned 64-bit number that must fit an `Int`.
    func int(_ offset: Int) throws(CheckpointError) -> Int {
        try check(offset, 8)
        let value = unsafe UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        guard let number = Int(exactly: value) else {
            throw .damaged(file: file, problem: "the number at byte \(offset) is too large")
        }
        return number
    }

    func string(_ offset: Int, count: Int) throws(CheckpointError) -> String {
        try check(offset, count)
        let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        guard let text = unsafe String(validating: slice, as: UTF8.self) else {
            throw .damaged(file: file, problem: "the text at byte \(offset) is not UTF-8")
        }
        return text
    }

    private func check(_ offset: Int, _ length: Int) throws(CheckpointError) {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
            throw .damaged(file: file, problem: "it ends before byte \(offset) + \(length)")
        }
    }
}
