import AjanCompute
import AjanEncoder

/// The memory of one forward and backward pass: one allocation, carved into named rows, reused by
/// every batch and grown only by a batch with more tokens than any before.
///
/// Kept per layer and token: `10 hiddenSize` numbers when the intermediate size is four times the
/// hidden size (projections, context, the input of GELU, two normalised sums). Results of LayerNorm
/// and GELU are computed again in the backward pass.
struct ActivationArena {
    /// What the forward pass of one layer keeps for the backward pass. `T` tokens.
    struct Layer {
        /// `[T, 3 hiddenSize]`
        let queryKeyValue: Matrix
        /// `[T, hiddenSize]`
        let context: Matrix
        let attentionNorm: NormTraining.Saved
        /// Input of GELU, `[T, intermediateSize]`.
        let intermediate: Matrix
        let outputNorm: NormTraining.Saved
    }

    /// Views for one batch.
    struct Rows {
        /// What the first layer sees, `[T, hiddenSize]`.
        let embeddings: Matrix
        let embeddingNorm: NormTraining.Saved
        let layers: [Layer]
        /// Hidden states on their way, `[T, hiddenSize]`.
        let hidden: Matrix
        /// Result of the attention block, `[T, hiddenSize]`.
        let attended: Matrix
        /// What a block adds, or its gradient, `[T, hiddenSize]`.
        let block: Matrix
        /// Gradient of the hidden states, `[T, hiddenSize]`.
        let gradient: Matrix
        /// Result of GELU, `[T, intermediateSize]`.
        let activated: Matrix
        /// Gradients of the wide rows: `[T, intermediateSize]`, and in the same memory
        /// `[T, 3 hiddenSize]`.
        let intermediateGradient: Matrix
        let queryKeyValueGradient: Matrix
    }

    private var memory = Matrix(rows: 1, columns: 0)

    /// Rows for `tokens` tokens.
    mutating func reserve(tokens: Int, for encoder: EncoderConfiguration) -> Rows {
        if memory.columns < Self.floatCount(tokens: tokens, for: encoder) {
            // Some room to spare, which costs no memory until it is used: batches of one budget
            // differ by a few tokens.
            let count = Self.floatCount(tokens: tokens + tokens / 8 + 64, for: encoder)
            memory = Matrix(untouchedRows: 1, columns: count)
        }
        var carver = Carver(memory: memory, tokens: tokens)
        let (size, wide) = (encoder.hiddenSize, encoder.intermediateSize)
        let layers = (0..<encoder.numHiddenLayers).map { _ in
            Layer(
                queryKeyValue: carver.rows(3 * size), context: carver.rows(size),
                attentionNorm: carver.norm(size), intermediate: carver.rows(wide),
                outputNorm: carver.norm(size))
        }
        let wideGradient = carver.rows(max(wide, 3 * size))
        return Rows(
            embeddings: carver.rows(size), embeddingNorm: carver.norm(size), layers: layers,
            hidden: carver.rows(size), attended: carver.rows(size), block: carver.rows(size),
            gradient: carver.rows(size), activated: carver.rows(wide),
            intermediateGradient: wideGradient.reshaped(rows: tokens, columns: wide),
            queryKeyValueGradient: wideGradient.reshaped(rows: tokens, columns: 3 * size))
    }

    /// Numbers in the arena of `tokens` tokens.
    static func floatCount(tokens: Int, for encoder: EncoderConfiguration) -> Int {
        let (size, wide) = (encoder.hiddenSize, encoder.intermediateSize)
        let perLayer = 6 * size + wide + 2
        let perToken =
            encoder.numHiddenLayers * perLayer + 6 * size + 1 + wide + max(wide, 3 * size)
        // Every matrix begins at a multiple of 64 bytes.
        return tokens * perToken + 16 * (7 * encoder.numHiddenLayers + 10)
    }
}

/// Hands out parts of one allocation.
private struct Carver {
    let memory: Matrix
    let tokens: Int
    private var used = 0

    init(memory: Matrix, tokens: Int) {
        self.memory = memory
        self.tokens = tokens
    }

    mutating func rows(_ columns: Int) -> Matrix {
        let view = memory.view(at: used, rows: tokens, columns: columns)
        used += (tokens * columns).roundedUp(to: 16)
        return view
    }

    mutating func norm(_ columns: Int) -> NormTraining.Saved {
        let normalized = rows(columns)
        return NormTraining.Saved(
            normalized: normalized, inverse: rows(1).reshaped(rows: 1, columns: tokens))
    }
}

extension Matrix {
    /// A dense view of the same memory from its first number on.
    fileprivate func reshaped(rows: Int, columns: Int) -> Matrix {
        precondition(rows * columns <= self.rows * self.columns)
        return Matrix(
            region: region, offset: offset, rows: rows, columns: columns, rowStride: columns)
    }
}
