package import AjanCompute

/// How the token rows of a sequence become one vector.
/// Source: `sentence-transformers`, `Pooling`.
package struct PoolingConfiguration: Sendable, Equatable {
    /// One way to pool, under the name that sentence-transformers gives it.
    package enum Mode: String, Sendable, CaseIterable {
        case mean
        case cls
        case max
        case meanSqrtLength = "mean_sqrt_len_tokens"
        case weightedMean = "weightedmean"
        case lastToken = "lasttoken"
    }

    /// Several modes are laid end to end in the vector, in the order of this list.
    package let modes: [Mode]
    /// When false, the tokens of the prompt do not take part in means and maxima.
    package let includesPrompt: Bool

    package init(modes: [Mode], includesPrompt: Bool = true) {
        precondition(!modes.isEmpty, "pooling needs a mode")
        self.modes = modes
        self.includesPrompt = includesPrompt
    }
}

extension PoolingConfiguration {
    /// Pools one sequence.
    ///
    /// - Parameters:
    ///   - rows: `[tokens, hiddenSize]`, special tokens included; at least one row.
    ///   - promptTokens: tokens at the start (the begin token among them) that belong to the
    ///     prompt.
    /// - Returns: `hiddenSize` numbers per mode.
    package func pool(_ rows: Matrix, promptTokens: Int) -> [Float] {
        let skipped = includesPrompt ? 0 : min(promptTokens, rows.rows - 1)
        let counted = rows.rows(skipped..<rows.rows)
        return modes.flatMap { mode in
            switch mode {
            case .cls: rows.row(0)
            case .lastToken: rows.row(rows.rows - 1)
            case .mean: Pooling.mean(of: counted)
            case .max: Pooling.max(of: counted)
            case .meanSqrtLength: Pooling.meanSqrtLength(of: counted)
            case .weightedMean: Pooling.weightedMean(of: counted)
            }
        }
    }
}
