import AjanCompute

/// The gradient of the word table in one step: only the rows that occur.
final class WordGradients {
    /// Rising.
    private(set) var ids: [Int32] = []
    private let hiddenSize: Int
    private var memory = Matrix(rows: 1, columns: 0)

    init(hiddenSize: Int) { self.hiddenSize = hiddenSize }

    /// `[ids.count, hiddenSize]`
    var rows: Matrix { memory.view(at: 0, rows: ids.count, columns: hiddenSize) }

    /// Begins a step in which `ids` (rising) occur: all rows zero.
    func begin(ids: [Int32], pool: ComputePool) {
        self.ids = ids
        if memory.columns < ids.count * hiddenSize {
            memory = Matrix(rows: 1, columns: ids.count * hiddenSize)
        }
        rows.clear(pool: pool)
    }

    /// Adds the gradients of the tokens of one batch, in the order of the tokens.
    func add(_ gradient: Matrix, wordIDs: [Int32], pool: ComputePool) {
        let groups = RowGroups(wordIDs)
        groups.addSums(
            of: gradient, to: rows, targets: Self.places(of: groups.ids, in: ids), pool: pool)
    }

    /// Makes room for more rows, the new ones zero; `wider` contains all of `ids`.
    func widen(to wider: [Int32], pool: ComputePool) {
        let targets = Self.places(of: ids, in: wider)
        let old = rows
        let new = Matrix(rows: 1, columns: wider.count * hiddenSize)
        let view = new.view(at: 0, rows: wider.count, columns: hiddenSize)
        for (row, target) in targets.enumerated() {
            view.rows(Int(target)..<Int(target) + 1).copy(from: old.rows(row..<row + 1))
        }
        memory = new
        ids = wider
    }

    /// Where each of `ids` stands in `all`; both rising.
    static func places(of ids: [Int32], in all: [Int32]) -> [Int32] {
        var place = 0
        return ids.map { id in
            while place < all.count, all[place] < id { place += 1 }
            precondition(place < all.count && all[place] == id, "word \(id) has no gradient row")
            return Int32(place)
        }
    }
}
