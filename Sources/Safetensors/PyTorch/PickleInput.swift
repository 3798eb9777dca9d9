/// The bytes of a pickle, read from front to back.
struct PickleInput {
    private let reader: BoundedReader
    private let file: String
    private(set) var position = 0

    /// Longest module or class name of an old-style (newline-terminated) reference.
    private static let lineByteCountMax = 256

    init(_ bytes: UnsafeRawBufferPointer, file: String) {
        reader = unsafe BoundedReader(bytes, file: file, section: "its pickle")
        self.file = file
    }

    mutating func u8() throws(CheckpointError) -> UInt8 {
        let value = try reader.u8(position)
        position += 1
        return value
    }

    mutating func u16() throws(CheckpointError) -> UInt16 {
        let value = try reader.u16(position)
        position += 2
        return value
    }

    mutating func u32() throws(CheckpointError) -> UInt32 {
        let value = try reader.u32(position)
        position += 4
        return value
    }

    mutating func u64() throws(CheckpointError) -> UInt64 {
        let value = try reader.u64(position)
        position += 8
        return value
    }

    /// A little-endian two's complement number behind its length in bytes (opcode LONG1).
    mutating func longInteger() throws(CheckpointError) -> Int {
        let count = Int(try u8())
        guard count <= 8 else {
            throw .damaged(
                file: file, problem: "its pickle at byte \(position) has a number of \(count) bytes"
            )
        }
        var bits: UInt64 = 0
        var last: UInt8 = 0
        for place in 0..<count {
            last = try u8()
            bits |= UInt64(last) << (8 * UInt64(place))
        }
        if count > 0, count < 8, last & 0x80 != 0 { bits |= ~0 << (8 * UInt64(count)) }
        return Int(Int64(bitPattern: bits))
    }

    /// UTF-8 text of `count` bytes.
    mutating func text(count: UInt64) throws(CheckpointError) -> String {
        let text = try reader.string(position, count: Int(clamping: count))
        position += Int(clamping: count)
        return text
    }

    /// Text up to a line feed.
    mutating func line() throws(CheckpointError) -> String {
        let start = position
        while try u8() != 0x0A {
            guard position - start < Self.lineByteCountMax else {
                throw .damaged(
                    file: file, problem: "its pickle at byte \(start) has a name without end")
            }
        }
        return try reader.string(start, count: position - start - 1)
    }
}
