import AjanCKernels

/// Which rows of a batch belong to which row of a table: the transpose of a look-up.
package struct RowGroups: Sendable {
    /// Table rows that occur, rising.
    package let ids: [Int32]
    /// Group `g` owns `members[starts[g] ..< starts[g + 1]]`.
    package let starts: [Int]
    /// Batch rows, rising inside a group.
    package let members: [Int32]

    /// Groups the batch rows by the table row that each looks up.
    package init(_ lookups: [Int32]) {
        let order = Self.order(lookups)
        var ids: [Int32] = []
        var starts: [Int] = []
        for (place, index) in order.enumerated() where ids.last != lookups[index] {
            ids.append(lookups[index])
            starts.append(place)
        }
        self.ids = ids
        self.starts = starts + [order.count]
        members = order.map { Int32($0) }
    }

    /// The places of `lookups`, smallest look-up first, equal ones in the order of their places: a
    /// stable sort by digits of 11 bits, as many as the largest look-up has.
    private static func order(_ lookups: [Int32]) -> [Int] {
        precondition(lookups.allSatisfy { $0 >= 0 }, "table rows count from 0")
        var order = Array(lookups.indices)
        var next = order
        var shift = 0
        let largest = lookups.max() ?? 0
        while largest >> shift > 0 {
            var places = [Int](repeating: 0, count: (1 << 11) + 1)
            for lookup in lookups { places[(Int(lookup >> shift) & 0x7ff) + 1] += 1 }
            for digit in 1..<places.count { places[digit] += places[digit - 1] }
            for index in order {
                let digit = Int(lookups[index] >> shift) & 0x7ff
                next[places[digit]] = index
                places[digit] += 1
            }
            swap(&order, &next)
            shift += 11
        }
        return order
    }

    /// Adds the sum of each group's rows of `rows` to row `targets[g]` of `table`.
    ///
    /// - Parameter targets: one row of `table` per group, no row twice.
    package func addSums(
        of rows: Matrix, to table: Matrix, targets: [Int32], pool: ComputePool? = nil
    ) {
        precondition(targets.count == ids.count && table.columns == rows.columns)
        precondition(table.region.isWritable && members.count == rows.rows)
        Parallel.forEach(count: ids.count, grain: 8, pool: pool) { groups in
            for group in groups {
                let target = Int(targets[group])
                precondition(target >= 0 && target < table.rows)
                for member in members[starts[group]..<starts[group + 1]] {
                    unsafe Kernels.table.add_f32(
                        rows.pointer + Int(member) * rows.rowStride,
                        table.pointer + target * table.rowStride, rows.columns)
                }
            }
        }
    }
}
