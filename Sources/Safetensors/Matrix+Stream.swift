import AjanCompute

extension Matrix {
    /// Bytes that one piece of a stream holds, roughly; a piece has whole rows.
    private static let pieceByteCount = 1 << 20

    /// Hands the numbers, row by row and rounded to `format`, to `write` in pieces.
    func stream(
        as format: NumberFormat, _ write: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let rowsPerPiece = max(1, Self.pieceByteCount / max(1, columns * format.byteCount))
        for start in stride(from: 0, to: rows, by: rowsPerPiece) {
            let piece = (start..<min(start + rowsPerPiece, rows)).flatMap { row($0) }
            let bytes = NumberConversion.bytes(of: piece, format: format)
            try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
        }
    }
}
