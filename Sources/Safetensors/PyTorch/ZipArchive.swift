import AjanCompute

/// The entries of a zip file whose contents are stored, not compressed: what `torch.save` writes.
///
/// Source: PKWARE's APPNOTE 6.3.10, with the zip64 records. Every read is checked against the file,
/// and nothing is unpacked: an entry is a range of the file.
struct ZipArchive {
    /// Where the bytes of each entry lie in the file.
    let entries: [String: Range<Int>]

    private static let endSignature: UInt32 = 0x0605_4b50
    private static let end64LocatorSignature: UInt32 = 0x0706_4b50
    private static let end64Signature: UInt32 = 0x0606_4b50
    private static let centralSignature: UInt32 = 0x0201_4b50
    private static let localSignature: UInt32 = 0x0403_4b50
    private static let endByteCount = 22
    private static let commentByteCountMax = 65_535
    /// A tensor per entry; the largest published checkpoints have some thousand.
    private static let entriesMax = 100_000

    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(CheckpointError) {
        let reader = unsafe BoundedReader(bytes, file: file, section: "the file")
        var directory = try Self.directory(reader, file: file)
        var entries: [String: Range<Int>] = [:]
        for _ in 0..<directory.count {
            let (name, range) = try Self.entry(reader, at: &directory.offset, file: file)
            guard entries.updateValue(range, forKey: name) == nil else {
                throw .damaged(file: file, problem: "the entry \(quoted: name) is there twice")
            }
        }
        self.entries = entries
    }

    /// Where the central directory begins and how many entries it has.
    private static func directory(
        _ reader: BoundedReader, file: String
    ) throws(CheckpointError) -> (offset: Int, count: Int) {
        guard let end = try endRecord(reader) else { throw try notAnArchive(reader, file: file) }
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
            throw .damaged(
                file: file,
                problem: "its directory claims \(count) entries at byte \(offset); the "
                    + "limit is \(entriesMax) entries and the file has \(reader.count) bytes")
        }
        return (offset, count)
    }

    /// The record that ends a zip file; only a comment of the length that it states may follow.
    private static func endRecord(_ reader: BoundedReader) throws(CheckpointError) -> Int? {
        var place = reader.count - endByteCount
        let lowest = max(0, place - commentByteCountMax)
        while place >= lowest {
            if try reader.u32(place) == endSignature,
                Int(try reader.u16(place + 20)) == reader.count - endByteCount - place
            {
                return place
            }
            place -= 1
        }
        return nil
    }

    /// Why a file without an end record is none: cut off, of the time before PyTorch 1.6, or
    /// neither.
    private static func notAnArchive(
        _ reader: BoundedReader, file: String
    ) throws(CheckpointError) -> CheckpointError {
        if reader.count >= 4, try reader.u32(0) == localSignature {
            return .damaged(
                file: file,
                problem:
                    "it is cut off after \(reader.count) bytes: a zip file without its directory")
        }
        if reader.count >= 2, try reader.u8(0) == 0x80 {
            return .refused(
                file: file,
                problem: "it has the format of PyTorch before 1.6; convert it where you trust it: "
                    + "python -c 'import torch, sys; p = sys.argv[1]; "
                    + "torch.save(torch.load(p, weights_only=True), p)' FILE")
        }
        return .refused(file: file, problem: "it is no PyTorch checkpoint (a zip file is expected)")
    }

    private static func entry(
        _ reader: BoundedReader, at offset: inout Int, file: String
    ) throws(CheckpointError) -> (name: String, range: Range<Int>) {
        guard try reader.u32(offset) == centralSignature else {
            throw .damaged(file: file, problem: "its directory breaks off at byte \(offset)")
        }
        let nameLength = Int(try reader.u16(offset + 28))
        let extraLength = Int(try reader.u16(offset + 30))
        let name = try reader.string(offset + 46, count: nameLength)
        var sizes = Sizes(
            unpacked: Int(try reader.u32(offset + 24)), packed: Int(try reader.u32(offset + 20)),
            local: Int(try reader.u32(offset + 42)))
        try sizes.readZip64(reader, at: offset + 46 + nameLength, count: extraLength)
        let isEncrypted = try reader.u16(offset + 8) & 1 != 0
        guard try reader.u16(offset + 10) == 0, !isEncrypted, sizes.packed == sizes.unpacked else {
            throw .refused(
                file: file,
                problem: "its entry \(quoted: name) is compressed or encrypted, which "
                    + "torch.save never does; save it again with torch.save")
        }
        offset += 46 + nameLength + extraLength + Int(try reader.u16(offset + 32))
        guard try reader.u32(sizes.local) == localSignature else {
            throw .damaged(
                file: file, problem: "the entry \(quoted: name) is not where it should be")
        }
        let local = sizes.local
        let start = local + 30 + Int(try reader.u16(local + 26)) + Int(try reader.u16(local + 28))
        guard start <= reader.count, sizes.unpacked <= reader.count - start else {
            throw .damaged(
                file: file,
                problem: "the entry \(quoted: name) of \(sizes.unpacked) bytes reaches "
                    + "beyond the end of the file")
        }
        return (name, start..<start + sizes.unpacked)
    }

    /// Sizes and place of an entry, in bytes.
    private struct Sizes {
        var unpacked: Int
        var packed: Int
        /// Where the entry's local header begins.
        var local: Int

        /// A field of this value is in the zip64 extra field instead.
        private static let elsewhere = 0xFFFF_FFFF

        /// Reads those that are in the extra field, which holds them in this order.
        mutating func readZip64(
            _ reader: BoundedReader, at start: Int, count: Int
        ) throws(CheckpointError) {
            var place = start
            while place + 4 <= start + count {
                let length = Int(try reader.u16(place + 2))
                if try reader.u16(place) == 1 {
                    var field = place + 4
                    for size in [\Sizes.unpacked, \Sizes.packed, \Sizes.local]
                    where self[keyPath: size] == Self.elsewhere {
                        self[keyPath: size] = try reader.int(field)
                        field += 8
                    }
                    return
                }
                place += 4 + length
            }
        }
    }
}
