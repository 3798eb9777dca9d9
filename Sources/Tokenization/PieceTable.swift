import AjanCompute

/// Bytes of pieces, laid end to end.
struct PieceTable: Sendable {
    let bytes: RegionArray<UInt8>
    /// Where each piece ends in `bytes`.
    let ends: RegionArray<Int32>

    var count: Int { ends.count }

    init(bytes: RegionArray<UInt8>, ends: RegionArray<Int32>) {
        self.bytes = bytes
        self.ends = ends
    }

    init(_ pieces: [ArraySlice<UInt8>]) {
        var bytes: [UInt8] = []
        var ends: [Int32] = []
        for piece in pieces {
            bytes += piece
            ends.append(Int32(truncatingIfNeeded: bytes.count))
        }
        self.init(bytes: RegionArray(bytes), ends: RegionArray(ends))
    }

    /// Whether every piece lies in `bytes`, behind the one before it, and is as short as pieces
    /// are.
    var isBounded: Bool {
        var start = 0
        for index in 0..<ends.count {
            let length = Int(ends[index]) - start
            guard (0...TokenizerLimit.pieceByteCountMax).contains(length) else { return false }
            start += length
        }
        return start <= bytes.count
    }

    /// Piece `index`; empty for one that does not exist.
    subscript(index: Int) -> [UInt8] {
        guard (0..<ends.count).contains(index) else { return [] }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        let end = Int(ends[index])
        guard start >= 0, start <= end, end <= bytes.count else { return [] }
        return bytes[start..<end]
    }
}
