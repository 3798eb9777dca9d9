/// The tables that are open, one in a cell of the other, and what they become: a line for each row,
/// its cells parted by " | ", as in office documents.
///
/// Pages also use tables to place what belongs to no row. So a row is a line unless its cells are
/// parts of the page: one of several lines, with a heading in it or beyond what a row of data
/// holds. Such cells, and one without neighbours, stay the lines that they are.
struct TableLines {
    enum Piece: Equatable {
        case text(String)
        case row([String])
        case heading(level: Int, text: String)

        /// Its text as a part of a line.
        fileprivate var line: String {
            switch self {
            case .text(let text), .heading(_, let text): text
            case .row(let cells): cells.joined(separator: " ")
            }
        }

        fileprivate var isHeading: Bool {
            if case .heading = self { true } else { false }
        }
    }

    private struct Table {
        var pieces: [Piece] = []
        var row: [[Piece]] = []
        /// nil between cells; what stands there is part of no row, as captions are.
        var cell: [Piece]?
    }

    private var tables: [Table] = []
    /// Tables that are open beyond `depthMax`; they part nothing.
    private var ignoredCount = 0

    /// A bound on how often a piece moves from one table to the next.
    private static let depthMax = 8
    /// A row whose cells hold several lines is a line up to this many bytes.
    private static let rowByteCountMax = 400

    var isEmpty: Bool { tables.isEmpty }

    mutating func append(_ piece: Piece) {
        let last = tables.count - 1
        if tables[last].cell == nil {
            tables[last].pieces.append(piece)
        } else {
            tables[last].cell?.append(piece)
        }
    }

    mutating func beginTable() {
        if tables.count == Self.depthMax {
            ignoredCount += 1
        } else {
            tables.append(Table())
        }
    }

    mutating func beginCell() {
        guard ignoredCount == 0, !tables.isEmpty else { return }
        endCell()
        tables[tables.count - 1].cell = []
    }

    mutating func endCell() {
        guard ignoredCount == 0, let cell = tables.last?.cell else { return }
        tables[tables.count - 1].cell = nil
        if !cell.isEmpty { tables[tables.count - 1].row.append(cell) }
    }

    mutating func endRow() {
        guard ignoredCount == 0, !tables.isEmpty else { return }
        endCell()
        let last = tables.count - 1
        tables[last].pieces += Self.pieces(of: tables[last].row)
        tables[last].row = []
    }

    /// Ends the innermost table, which becomes part of the one around it.
    ///
    /// - Returns: what it holds, when there is none around it.
    mutating func endTable() -> [Piece] {
        if ignoredCount > 0 {
            ignoredCount -= 1
            return []
        }
        endRow()
        guard let pieces = tables.popLast()?.pieces else { return [] }
        guard !tables.isEmpty else { return pieces }
        for piece in pieces { append(piece) }
        return []
    }

    private static func pieces(of row: [[Piece]]) -> [Piece] {
        guard row.count > 1 else { return row.first ?? [] }
        let isLine = row.allSatisfy { $0.count == 1 } || isShort(row.joined())
        guard isLine else { return row.flatMap(\.self) }
        return [.row(row.map { $0.map(\.line).joined(separator: " ") })]
    }

    private static func isShort(_ pieces: some Sequence<Piece>) -> Bool {
        var byteCount = 0
        for piece in pieces {
            byteCount += piece.line.utf8.count
            if piece.isHeading || byteCount > rowByteCountMax { return false }
        }
        return true
    }
}
