/// Little-endian reads that throw instead of leaving their section of a file.
// SAFETY: every read is checked against the bounds; a reader lives inside the `withBytes` that made
// it.
@safe struct BoundedReader {
    private let bytes: UnsafeRawBufferPointer
    private let file: String
    /// What the bytes are, for errors.
    private let section: String

    init(_ bytes: UnsafeRawBufferPointer, file: String, section: String) {
        unsafe self.bytes = bytes
        self.file = file
        self.section = section
    }

    var count: Int { unsafe bytes.count }

    func u8(_ offset: Int) throws(CheckpointError) -> UInt8 {
        try check(offset, 1)
        return unsafe bytes[offset]
    }

    func u16(_ offset: Int) throws(CheckpointError) -> UInt16 {
        try check(offset, 2)
        return unsafe UInt16(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func u32(_ offset: Int) throws(CheckpointError) -> UInt32 {
        try check(offset, 4)
        return unsafe UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func u64(_ offset: Int) throws(CheckpointError) -> UInt64 {
        try check(offset, 8)
        return unsafe UInt64(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// An unsigned 64-bit number that must fit an `Int`.
    func int(_ offset: Int) throws(CheckpointError) -> Int {
        guard let number = Int(exactly: try u64(offset)) else {
            throw .damaged(
                file: file, problem: "\(section): the number at byte \(offset) is too large")
        }
        return number
    }

    func string(_ offset: Int, count: Int) throws(CheckpointError) -> String {
        try check(offset, count)
        let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        guard let text = unsafe String(validating: slice, as: UTF8.self) else {
            throw .damaged(
                file: file, problem: "\(section): the text at byte \(offset) is not UTF-8")
        }
        return text
    }

    private func check(_ offset: Int, _ length: Int) throws(CheckpointError) {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
            throw .damaged(
                file: file,
                problem:
                    "\(section) ends at byte \(count), where \(length) bytes at byte \(offset) "
                    + "were expected")
        }
    }
}
