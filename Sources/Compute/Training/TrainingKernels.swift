import AjanCKernels

/// The kernels that only a backward pass needs.
enum TrainingKernels {
    /// The table of function pointers.
    // SAFETY: a constant copy of a constant table.
    nonisolated(unsafe) static let table: ck_training_kernels =
        unsafe ck_training_active().pointee

    /// Rows of one piece of work. Sums over rows are kept per piece and added up in the order of
    /// the pieces, so this number, and not the number of threads, decides their bits.
    static let rowBlock = 64

    static func blockCount(rows: Int) -> Int { rows.dividedUp(by: rowBlock) }

    /// Calls `body(block, rows)` for every block of rows.
    static func forEachBlock(
        rows: Int, pool: ComputePool?, _ body: @Sendable (Int, Range<Int>) -> Void
    ) {
        Parallel.forEach(count: blockCount(rows: rows), grain: 1, pool: pool) { blocks in
            for block in blocks {
                body(block, block * rowBlock..<min((block + 1) * rowBlock, rows))
            }
        }
    }
}

extension KernelSelection {
    /// The instruction set of the training kernels in use ("avx512", "avx2", "scalar").
    package static var trainingName: String {
        unsafe String(cString: TrainingKernels.table.name)
    }
}
