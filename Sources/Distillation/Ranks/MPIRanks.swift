#if MPI
    import AjanCOpenMPI
    import AjanCompute

    /// The ranks of an Open MPI job.
    ///
    /// Sums do not go through MPI's own reductions, whose order is theirs to choose: each rank
    /// receives its part of every rank's numbers, adds them in the order of the ranks, and all
    /// parts are gathered again. A rank that dies ends the job: `mpirun` stops the others.
    final class MPIRanks: RankGroup {
        let rank: Int
        let count: Int

        /// Floats of one exchange and rank, which bounds the memory of a sum.
        private static let partFloats = 1 << 18

        init() throws {
            var (rank, count): (Int32, Int32) = (0, 0)
            try Self.check(unsafe ajan_mpi_init(&rank, &count))
            self.rank = Int(rank)
            self.count = Int(count)
        }

        deinit { ajan_mpi_finalize() }

        /// Ends the whole job; for a rank that cannot go on.
        static func abort() { ajan_mpi_abort() }

        func sum(_ values: Matrix) throws {
            precondition(values.isDense, "sums need one stretch")
            let total = values.rows * values.columns
            let block = Self.partFloats * count
            var parts = [Float](repeating: 0, count: block)
            var received = parts
            try unsafe values.region.withMutableBytes { bytes in
                let all = unsafe bytes.bindMemory(to: Float.self)
                for start in stride(from: 0, to: total, by: block) {
                    let size = min(block, total - start)
                    let part = size.dividedUp(by: count)
                    for index in 0..<part * count {
                        parts[index] =
                            index < size ? unsafe all[values.offset + start + index] : 0
                    }
                    try Self.check(unsafe ajan_mpi_exchange(parts, &received, Int32(part)))
                    let own = (0..<part).map { index in
                        (1..<count).reduce(received[index]) { $0 + received[$1 * part + index] }
                    }
                    try Self.check(unsafe ajan_mpi_gather_floats(own, &received, Int32(part)))
                    for index in 0..<size {
                        unsafe all[values.offset + start + index] = received[index]
                    }
                }
            }
        }

        func sum(_ value: Double) throws -> Double { try gather(value).reduce(0, +) }

        func any(_ flag: Bool) throws -> Bool { try gather(flag ? 1 : 0).contains { $0 > 0 } }

        func union(_ ids: [Int32]) throws -> [Int32] {
            let counts = try gather(Double(ids.count)).map { Int32($0) }
            var places: [Int32] = []
            var total: Int32 = 0
            for count in counts {
                places.append(total)
                total += count
            }
            var all = [Int32](repeating: 0, count: Int(total))
            try Self.check(
                unsafe ajan_mpi_gather_ids(ids, Int32(ids.count), &all, counts, places))
            return Set(all).sorted()
        }

        func barrier() throws { try Self.check(ajan_mpi_barrier()) }

        /// Every rank's number, in the order of the ranks.
        private func gather(_ value: Double) throws -> [Double] {
            var all = [Double](repeating: 0, count: count)
            try Self.check(unsafe ajan_mpi_gather_double(value, &all))
            return all
        }

        private static func check(_ code: Int32) throws {
            guard code == 0 else {
                throw DistillationError.ranks("MPI reports error \(code); the job cannot go on")
            }
        }
    }
#endif
