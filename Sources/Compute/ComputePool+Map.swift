import Synchronization

extension ComputePool {
    /// The results of `body` for `0..<count`, in order, computed on all threads.
    ///
    /// - Throws: the error of the lowest index that failed, so that the same input gives the same
    ///   error on any number of threads.
    package func map<Value: Sendable>(
        count: Int, grain: Int = 1, _ body: @escaping @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let outcomes = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
        forEach(count: count, grain: grain) { range in
            let own = range.map { index in Result { try body(index) } }
            outcomes.withLock { all in
                for (index, outcome) in zip(range, own) { all[index] = outcome }
            }
        }
        return try outcomes.withLock { all in
            try all.map { outcome in
                guard let outcome else { preconditionFailure("a piece of work was not run") }
                return try outcome.get()
            }
        }
    }
}
